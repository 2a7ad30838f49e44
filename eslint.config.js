// @ts-check
import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import vue from 'eslint-plugin-vue';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/**
 * The rules of the rooms: what each folder may import. Arrows run one way:
 * desktop, headless → service → queue → measure → (zoo → onnx, hardware); service → store, analysis, exchange. Analysis is pure: measure takes its distributions from there.
 */
/** @type {Readonly<Record<string, readonly string[]>>} */
const mayImport = {
  desktop: ['headless', 'service', 'queue', 'measure', 'hardware', 'store'],
  headless: ['service', 'queue', 'measure', 'hardware', 'store', 'onnx', 'zoo', 'exchange'],
  service: ['queue', 'measure', 'hardware', 'zoo', 'onnx', 'store', 'analysis', 'exchange'],
  queue: ['measure', 'store', 'hardware', 'zoo'],
  measure: ['zoo', 'onnx', 'hardware', 'analysis'],
  exchange: ['analysis'],
  zoo: ['onnx'],
  hardware: [],
  store: [],
  analysis: [],
  onnx: [],
};
const rooms = Object.keys(mayImport);
const electronOnly = {
  name: 'electron',
  message: "Only main/desktop and preload/electron.ts import 'electron'.",
};

/** @param {string} room */
function roomRules(room) {
  const allowed = mayImport[room] ?? [];
  const forbidden = rooms.filter((other) => other !== room && !allowed.includes(other));
  return {
    files: [`main/${room}/**/*.{ts,js}`],
    rules: {
      'no-restricted-imports': /** @type {import('eslint').Linter.RuleEntry} */ ([
        'error',
        {
          paths: room === 'desktop' ? [] : [electronOnly],
          patterns: [
            {
              group: [
                ...forbidden.flatMap((other) => [`../${other}/*`, `../${other}/**`, `../../${other}/**`]),
                '**/renderer/**',
              ],
              message: `main/${room} may import only: ${allowed.join(', ') || 'nothing'} (and preload/contract).`,
            },
          ],
        },
      ]),
    },
  };
}

/**
 * A room that is pure: it takes rows, and touches no file, clock or process.
 * @type {import('eslint').Linter.Config}
 */
const pure = {
  files: ['main/analysis/**/*.ts'],
  rules: {
    'no-restricted-globals': ['error', 'process', 'setTimeout'],
  },
};

export default tseslint.config(
  { ignores: ['node_modules', 'dist', 'build', 'coverage', 'main/onnx/proto'] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  ...vue.configs['flat/recommended'],
  {
    languageOptions: {
      parserOptions: {
        projectService: true,
        extraFileExtensions: ['.vue'],
        parser: tseslint.parser,
      },
      globals: globals.node,
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      eqeqeq: ['error', 'smart'],
      'no-eval': 'error',
      'no-restricted-imports': ['error', { paths: [electronOnly] }],
    },
  },
  {
    files: ['renderer/**/*.{ts,vue}', 'preload/browser.ts'],
    languageOptions: { globals: globals.browser },
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [electronOnly],
          patterns: [
            { group: ['**/main/**', 'node:*'], message: 'renderer/ imports from preload/contract.ts only.' },
          ],
        },
      ],
    },
  },
  {
    files: ['preload/electron.ts', 'main/desktop/**/*.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
  ...rooms.map(roomRules),
  pure,
  { files: ['**/*.vue'], rules: { 'vue/multi-word-component-names': 'off' } },
  prettier,
);
