/**
 * Which global names does a file use, and how? A name counts only where it stands for a value: types are left out, and
 * so are names that the file itself declares (`function measure(performance: Meter)`). Each use is followed outwards
 * through member accesses and destructuring, so that `globalThis.Math['random']()` and
 * `const { Math: { random } } = globalThis` both read as the path `globalThis.Math.random`.
 */
import { visitorKeys } from 'oxc-parser'
import { children, isNode, literalText, type Node } from './source.js'

/** One use of a global name. */
export interface GlobalUse {
  /** The name and the members reached from it, as far as they can be read: `['Math', 'random']`. */
  readonly path: readonly string[]
  /**
   * Whether the last value of the path is used as a whole (called, stored, passed on) or only compared:
   * `x instanceof AbortSignal`, `typeof Math`.
   */
  readonly compared: boolean
  /** Offset of the name. */
  readonly start: number
}

/** All uses of names that `program` does not declare itself. */
export function globalUses(program: Node): GlobalUse[] {
  const uses: GlobalUse[] = []
  visit(program, [], [])
  return uses

  function visit(node: Node, ancestors: readonly Node[], scopes: readonly Set<string>[]): void {
    if (node.type === 'Identifier') {
      const name = node['name'] as string
      if (scopes.some((scope) => scope.has(name))) return
      for (const { path, compared } of reach(node, ancestors))
        uses.push({ path: [name, ...path], compared, start: node.start })
      return
    }
    const declared = declarations(node)
    const inner = declared.size === 0 ? scopes : [...scopes, declared]
    for (const child of valueChildren(node)) visit(child, [...ancestors, node], inner)
  }
}

interface Reach {
  readonly path: readonly string[]
  readonly compared: boolean
}

const wrappers = new Set([
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSTypeAssertion',
  'TSInstantiationExpression',
  'ChainExpression',
  'ParenthesizedExpression',
])

/** Follows a value outwards: the members taken from it, by dots, by literal keys or by destructuring. */
function reach(start: Node, ancestors: readonly Node[]): Reach[] {
  const path: string[] = []
  let node = start
  for (let depth = ancestors.length - 1; depth >= 0; depth -= 1) {
    const parent = ancestors[depth]!
    if (wrappers.has(parent.type)) {
      node = parent
      continue
    }
    if (parent.type === 'MemberExpression' && parent['object'] === node) {
      const member = memberName(parent)
      if (member === undefined) break
      path.push(member)
      node = parent
      continue
    }
    const pattern = patternFilledBy(parent, node)
    if (pattern !== undefined)
      return patternPaths(pattern).map((tail) => ({ path: [...path, ...tail], compared: false }))
    return [{ path, compared: comparison(parent, node) }]
  }
  return [{ path, compared: false }]
}

function memberName(member: Node): string | undefined {
  const property = member['property']
  if (member['computed'] === true) return literalText(property)
  return isNode(property) && property.type === 'Identifier' ? (property['name'] as string) : undefined
}

/** The object pattern that takes `value` apart, if `parent` does that. */
function patternFilledBy(parent: Node, value: Node): Node | undefined {
  const [target, filler] =
    parent.type === 'VariableDeclarator'
      ? [parent['id'], parent['init']]
      : parent.type === 'AssignmentExpression' || parent.type === 'AssignmentPattern'
        ? [parent['left'], parent['right']]
        : [undefined, undefined]
  return filler === value && isNode(target) && target.type === 'ObjectPattern' ? target : undefined
}

/** The member paths an object pattern reads; `[]` where it takes the value as a whole (`...rest`, a computed key). */
function patternPaths(pattern: Node): string[][] {
  if (pattern.type === 'AssignmentPattern') return patternPaths(pattern['left'] as Node)
  if (pattern.type !== 'ObjectPattern') return [[]]
  return children(pattern, 'properties').flatMap((property) => {
    if (property.type !== 'Property') return [[]]
    const key = property['key'] as Node
    const isName = property['computed'] !== true && key.type === 'Identifier'
    const name = isName ? (key['name'] as string) : literalText(key)
    if (name === undefined) return [[]]
    return patternPaths(property['value'] as Node).map((tail) => [name, ...tail])
  })
}

function comparison(parent: Node, value: Node): boolean {
  if (parent.type === 'UnaryExpression') return parent['operator'] === 'typeof'
  return parent.type === 'BinaryExpression' && parent['operator'] === 'instanceof' && parent['right'] === value
}

/**
 * The children of a node that can hold values: no types, no property names. Names being bound are among them, but each
 * is declared by the scope it stands in and so never counts as global.
 */
function valueChildren(node: Node): Node[] {
  switch (node.type) {
    case 'MemberExpression':
      return [...children(node, 'object'), ...(node['computed'] === true ? children(node, 'property') : [])]
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'AccessorProperty':
      return [
        ...children(node, 'decorators'),
        ...(node['computed'] === true ? children(node, 'key') : []),
        ...children(node, 'value'),
      ]
    case 'VariableDeclaration':
      return node['declare'] === true ? [] : children(node, 'declarations')
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return [...children(node, 'params'), ...children(node, 'body')]
    case 'ClassDeclaration':
    case 'ClassExpression':
      if (node['declare'] === true) return []
      return [...children(node, 'decorators'), ...children(node, 'superClass'), ...children(node, 'body')]
    case 'ExportNamedDeclaration':
      if (isNode(node['source']) || node['exportKind'] === 'type') return []
      return [...children(node, 'declaration'), ...children(node, 'specifiers')]
    case 'ExportSpecifier':
      return node['exportKind'] === 'type' ? [] : children(node, 'local')
    case 'LabeledStatement':
      return children(node, 'body')
    case 'TSEnumDeclaration':
    case 'TSModuleDeclaration':
      return node['declare'] === true ? [] : children(node, 'body')
    case 'TSEnumBody':
      return children(node, 'members')
    case 'TSEnumMember':
      return children(node, 'initializer')
    case 'TSModuleBlock':
      return children(node, 'body')
    case 'TSExportAssignment':
      return children(node, 'expression')
    case 'TSParameterProperty':
      return children(node, 'parameter')
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'MetaProperty':
      return []
    default:
      if (wrappers.has(node.type)) return children(node, 'expression')
      if (node.type.startsWith('TS')) return []
      return (visitorKeys[node.type] ?? []).flatMap((key) => children(node, key))
  }
}

const blocks = new Set([
  'Program',
  'BlockStatement',
  'StaticBlock',
  'SwitchStatement',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'TSModuleBlock',
])
const functions = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])
const variableHolders = new Set([...functions, 'Program', 'StaticBlock', 'TSModuleBlock'])

/** The names that entering `node` declares as values. */
function declarations(node: Node): Set<string> {
  const names = new Set<string>()
  if (functions.has(node.type)) {
    for (const parameter of children(node, 'params')) bind(parameter, names)
    if (node.type !== 'ArrowFunctionExpression') names.add('arguments')
  }
  if (node.type === 'FunctionExpression' || node.type === 'ClassExpression') bindId(node, names)
  if (node.type === 'CatchClause') for (const parameter of children(node, 'param')) bind(parameter, names)
  if (blocks.has(node.type)) for (const statement of statementsOf(node)) declareStatement(statement, names)
  if (variableHolders.has(node.type)) hoistVariables(node, names, true)
  return names
}

function statementsOf(node: Node): Node[] {
  if (node.type === 'SwitchStatement') return children(node, 'cases').flatMap((each) => children(each, 'consequent'))
  if (node.type === 'ForStatement') return children(node, 'init')
  if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') return children(node, 'left')
  return children(node, 'body')
}

function declareStatement(statement: Node, names: Set<string>): void {
  if (statement['declare'] === true) return
  switch (statement.type) {
    case 'VariableDeclaration':
      for (const declarator of children(statement, 'declarations'))
        for (const id of children(declarator, 'id')) bind(id, names)
      return
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'TSEnumDeclaration':
    case 'TSModuleDeclaration':
    case 'TSImportEqualsDeclaration':
      bindId(statement, names)
      return
    case 'ImportDeclaration':
      if (statement['importKind'] === 'type') return
      for (const specifier of children(statement, 'specifiers'))
        if (specifier['importKind'] !== 'type') for (const local of children(specifier, 'local')) bind(local, names)
      return
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration':
      for (const declaration of children(statement, 'declaration')) declareStatement(declaration, names)
  }
}

/** `var` belongs to the whole function, however deep in blocks it stands. */
function hoistVariables(node: Node, names: Set<string>, isHolder: boolean): void {
  if (!isHolder && variableHolders.has(node.type)) return
  if (node.type === 'VariableDeclaration' && node['kind'] === 'var') declareStatement(node, names)
  for (const child of valueChildren(node)) hoistVariables(child, names, false)
}

function bindId(node: Node, names: Set<string>): void {
  for (const id of children(node, 'id')) bind(id, names)
}

function bind(pattern: Node, names: Set<string>): void {
  switch (pattern.type) {
    case 'Identifier':
      names.add(pattern['name'] as string)
      return
    case 'ObjectPattern':
      for (const property of children(pattern, 'properties')) bind(property, names)
      return
    case 'Property':
      for (const value of children(pattern, 'value')) bind(value, names)
      return
    case 'ArrayPattern':
      for (const element of children(pattern, 'elements')) bind(element, names)
      return
    case 'RestElement':
      for (const argument of children(pattern, 'argument')) bind(argument, names)
      return
    case 'AssignmentPattern':
      for (const left of children(pattern, 'left')) bind(left, names)
      return
    case 'TSParameterProperty':
      for (const parameter of children(pattern, 'parameter')) bind(parameter, names)
  }
}
