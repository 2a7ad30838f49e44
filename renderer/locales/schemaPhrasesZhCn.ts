import type { Phrases } from '../words/phrasebook.ts';

/** 契约拒绝输入时的说明（多由 Zod 给出）的简体中文，逐行翻译，以英文原文为键。 */
export const schemaPhrasesZhCn: Phrases = {
  'Not accepted by {1}:': '{1} 不接受此输入：',
  '✖ {1}': '✖ {1}',
  '  → at {1}': '  → 位于 {1}',

  'Invalid input': '输入无效',
  'Invalid input: expected {1}': '输入无效：应为{1}',
  'Invalid input: expected {1}, received {2}': '输入无效：应为{1}，收到的是{2}',
  'Invalid option: expected one of {1}': '选项无效：应为以下之一：{1}',
  'Invalid discriminator value. Expected {1}': '种类无效：应为 {1}',
  'Unrecognized key: {1}': '未知的键：{1}',
  'Too big: expected {1} to be <={2}': '过大：{1}不得超过 {2}',
  'Too big: expected {1} to be <{2}': '过大：{1}须小于 {2}',
  'Too big: expected {1} to have <={2} characters': '过长：{1}不得超过 {2} 个字符',
  'Too big: expected {1} to have <={2} items': '过多：{1}不得超过 {2} 项',
  'Too small: expected {1} to be >={2}': '过小：{1}不得小于 {2}',
  'Too small: expected {1} to be >{2}': '过小：{1}须大于 {2}',
  'Too small: expected {1} to have >={2} characters': '过短：{1}至少要有 {2} 个字符',
  'Too small: expected {1} to have >={2} items': '过少：{1}至少要有 {2} 项',
  'Invalid UUID': 'UUID 无效',
  'Invalid base64-encoded string': 'base64 编码无效',

  string: '字符串',
  number: '数字',
  int: '整数',
  boolean: '布尔值',
  array: '列表',
  object: '对象',
  record: '对象',
  undefined: '空缺',
  null: '空值 (null)',
  NaN: '非数字 (NaN)',

  'expected logical processors such as "0-3" or "0,2"': '应为逻辑处理器，例如 "0-3" 或 "0,2"',
  'expected a name of up to 40 letters, digits, spaces, dots, dashes or underlines':
    '名称应由至多 40 个字母、数字、空格、点、连字符或下划线组成',
  'expected a table of at most 500 KB': '表格不得超过 500 KB',
  'the bundle is larger than 64 MB': '结果包超过 64 MB',
};
