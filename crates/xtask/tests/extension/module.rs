//! One module of BSL, read by the grammar.

use tree_sitter::{Node, Parser, Tree};

pub(super) fn tree(text: &str) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_bsl::LANGUAGE.into()).unwrap();
    parser.parse(text, None).unwrap()
}

/// Where the text is none of this language, line by line.
pub(super) fn faults(tree: &Tree, text: &str) -> Vec<String> {
    nodes(tree.root_node())
        .into_iter()
        .filter(|node| node.is_error() || node.is_missing())
        .map(|node| {
            format!(
                "{}: {}",
                node.start_position().row + 1,
                said(node, text).lines().next().unwrap_or_default()
            )
        })
        .collect()
}

/// All nodes below this one, in the order of the text.
pub(super) fn nodes(node: Node<'_>) -> Vec<Node<'_>> {
    let (mut found, mut open) = (Vec::new(), vec![node]);
    while let Some(node) = open.pop() {
        found.push(node);
        open.extend((0..node.child_count()).rev().filter_map(|at| node.child(at)));
    }
    found
}

pub(super) fn said<'a>(node: Node<'_>, text: &'a str) -> &'a str {
    &text[node.byte_range()]
}

/// A procedure or function.
#[derive(Debug, Clone)]
pub(super) struct Method {
    pub(super) name: String,
    pub(super) exported: bool,
    pub(super) is_async: bool,
    /// How many parameters there are, and how many of them have no default.
    pub(super) parameters: (usize, usize),
}

/// A call by name.
#[derive(Debug, Clone)]
pub(super) struct Call {
    /// The name before the point, if there is one and it is a plain name.
    pub(super) of: Option<String>,
    /// There is something before the point.
    pub(super) by_point: bool,
    pub(super) name: String,
    pub(super) arguments: usize,
    /// Strings among the arguments, without quotes.
    pub(super) strings: Vec<String>,
    pub(super) awaited: bool,
    /// It stands in a method that may wait.
    pub(super) in_async: bool,
    pub(super) line: usize,
}

/// The methods and calls of a module.
pub(super) struct Module {
    pub(super) methods: Vec<Method>,
    pub(super) calls: Vec<Call>,
}

impl Module {
    pub(super) fn read(text: &str) -> Self {
        let tree = tree(text);
        let all = nodes(tree.root_node());
        Self {
            methods: all
                .iter()
                .filter(|node| is_method(**node))
                .map(|node| method(*node, text))
                .collect(),
            calls: all
                .iter()
                .filter(|node| node.kind() == "method_call")
                .map(|node| call(*node, text))
                .collect(),
        }
    }

    /// Names are compared without case, as the platform does.
    pub(super) fn method(&self, name: &str) -> Option<&Method> {
        self.methods
            .iter()
            .find(|method| method.name.to_lowercase() == name.to_lowercase())
    }
}

fn is_method(node: Node<'_>) -> bool {
    matches!(node.kind(), "procedure_definition" | "function_definition")
}

fn method(node: Node<'_>, text: &str) -> Method {
    let parameters = node.child_by_field_name("parameters").unwrap();
    let parameters: Vec<Node<'_>> = nodes(parameters)
        .into_iter()
        .filter(|it| it.kind() == "parameter")
        .collect();
    let needed = parameters
        .iter()
        .filter(|parameter| parameter.child_by_field_name("def").is_none())
        .count();
    Method {
        name: said(node.child_by_field_name("name").unwrap(), text).to_owned(),
        exported: node.child_by_field_name("export").is_some(),
        is_async: is_async(node),
        parameters: (parameters.len(), needed),
    }
}

fn is_async(node: Node<'_>) -> bool {
    node.child(0).is_some_and(|first| first.kind() == "ASYNC_KEYWORD")
}

fn call(node: Node<'_>, text: &str) -> Call {
    let list = node.child_by_field_name("arguments").unwrap();
    let commas = (0..list.child_count()).filter_map(|at| list.child(at));
    let commas = commas.filter(|child| said(*child, text) == ",").count();
    let empty = list.named_child_count() == 0 && commas == 0;
    let before = node
        .prev_sibling()
        .filter(|sibling| sibling.kind() == ".")
        .and_then(|point| point.prev_sibling());
    let owner = before.map(|before| said(before, text));
    let plain = |name: &&str| name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    let ups = || std::iter::successors(node.parent(), Node::parent);
    Call {
        of: owner.filter(plain).map(str::to_owned),
        by_point: before.is_some(),
        name: said(node.child_by_field_name("name").unwrap(), text).to_owned(),
        arguments: if empty { 0 } else { commas + 1 },
        strings: nodes(list)
            .into_iter()
            .filter(|it| it.kind() == "string_content")
            .map(|it| said(it, text).to_owned())
            .collect(),
        // `Ждать Модуль.Метод(..)`: the call, its expression, the waiting.
        awaited: ups()
            .take_while(|up| matches!(up.kind(), "call_expression" | "expression" | "await_expression"))
            .any(|up| up.kind() == "await_expression"),
        in_async: ups().find(|up| is_method(*up)).is_some_and(is_async),
        line: node.start_position().row + 1,
    }
}
