import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** A sentence as it stands in the service's source; blanks are "{}". */
export interface Sentence {
  readonly file: string;
  readonly text: string;
}

const main = join(import.meta.dirname, '..', '..', '..', 'main');

/** Rooms and files whose sentences are for the terminal, for whoever builds Backbench, or for nobody: they mean a bug. */
const unseen =
  /^(headless|desktop\/(packaging|smoke|texts|ipcBridge)|zoo\/(families|blocks)|analysis\/(?!limits)|onnx\/(builder|check|infer|inference|weights|write|passes)|measure\/(compare|grandMedian|quantiles|runProfile|runTrial|profileModel)|service\/(invalidInput|profileLayers|referenceDevices|service)|store\/(bundles|migrate|migrations))|\/bench\/|\/proto\//;

/** Properties, variables and calls that hold what a person reads. */
const telling = /^(reason|remedy|message|method|said|hint)$|(Reason|Remedy|ource)$/;
const failing = /(Failure|Refused|NotFound)$/;
const refusing = /^(super|fail|refuse|absent|unknown|unusable|damaged|broken)/i;

/** What the service can say on a screen, read off its source as gettext's xgettext does: literals that are told to people. */
export function serviceSentences(): Sentence[] {
  const files = globSync('**/*.ts', { cwd: main }).filter((file) => !unseen.test(file.replaceAll('\\', '/')));
  return files.flatMap((file) => {
    const source = ts.createSourceFile(file, readFileSync(join(main, file), 'utf8'), ts.ScriptTarget.Latest);
    const found = new Set<string>();
    visit(source, found, source);
    return [...found].map((text) => ({ file: relative(main, join(main, file)), text }));
  });
}

function visit(node: ts.Node, found: Set<string>, source: ts.SourceFile): void {
  const named = (name: ts.Node) => telling.test(name.getText(source));
  if (ts.isPropertyAssignment(node) && named(node.name)) take(node.initializer, found);
  else if (ts.isVariableDeclaration(node) && node.initializer !== undefined && named(node.name))
    take(node.initializer, found);
  else if (ts.isNewExpression(node) && failing.test(node.expression.getText(source)))
    for (const argument of node.arguments ?? []) take(argument, found);
  else if (
    ts.isCallExpression(node) &&
    refusing.test(node.expression.getText(source).split('.').at(-1) ?? '')
  )
    for (const argument of node.arguments) take(argument, found);
  ts.forEachChild(node, (child) => visit(child, found, source));
}

function take(node: ts.Expression, found: Set<string>): void {
  const text = textOf(node);
  // A sentence has a word and a space; codes, names and paths have not.
  if (text !== null) {
    if (/[a-z]{3,}/i.test(text) && /\s/.test(text)) found.add(text);
  } else if (ts.isConditionalExpression(node)) {
    take(node.whenTrue, found);
    take(node.whenFalse, found);
  } else if (ts.isParenthesizedExpression(node)) take(node.expression, found);
  else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) {
    take(node.left, found);
    take(node.right, found);
  }
}

function textOf(node: ts.Expression): string | null {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join('');
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [textOf(node.left), textOf(node.right)];
    return left === null && right === null ? null : (left ?? '{}') + (right ?? '{}');
  }
  return null;
}
