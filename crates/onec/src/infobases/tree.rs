//! The tree of a list: groups in groups, bases in groups.

use std::collections::HashMap;

use super::Entry;

/// One row of the tree, drawn from top to bottom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// How deep it lies: 0 at the top.
    pub depth: usize,
    /// The name to show.
    pub name: String,
    /// The index of its section in the list; a group that only the paths of others name has none.
    pub entry: Option<usize>,
    /// Whether it is a group.
    pub group: bool,
}

/// The rows of the tree. `Folder` is compared with case, a path without a section of its own makes its groups all the
/// same, and children come in the order of `OrderInTree`, those without one in the order of the file behind the others.
pub fn rows(entries: &[Entry]) -> Vec<Row> {
    let mut groups = Groups::default();
    for (index, entry) in entries.iter().enumerate() {
        let parent = groups.of_path(entry.folder.as_deref().unwrap_or_default());
        if entry.is_group() {
            let group = groups.below(parent, &entry.name);
            groups.nodes[group].entry.get_or_insert(index);
        } else {
            groups.add(parent, Some(index), entry.name.clone(), false);
        }
    }
    groups.rows(entries)
}

struct Node {
    name: String,
    entry: Option<usize>,
    group: bool,
    children: Vec<usize>,
}

/// All nodes in one place, each known by its number: a path can be deep enough to overflow the stack of a recursion.
struct Groups<'a> {
    nodes: Vec<Node>,
    known: HashMap<(usize, &'a str), usize>,
}

impl Default for Groups<'_> {
    fn default() -> Self {
        let root = Node {
            name: String::new(),
            entry: None,
            group: true,
            children: Vec::new(),
        };
        Self {
            nodes: vec![root],
            known: HashMap::new(),
        }
    }
}

impl<'a> Groups<'a> {
    fn of_path(&mut self, path: &'a str) -> usize {
        let names = path.split('/').filter(|name| !name.is_empty());
        names.fold(0, |parent, name| self.below(parent, name))
    }

    fn below(&mut self, parent: usize, name: &'a str) -> usize {
        if let Some(known) = self.known.get(&(parent, name)) {
            return *known;
        }
        let added = self.add(parent, None, name.to_owned(), true);
        self.known.insert((parent, name), added);
        added
    }

    fn add(&mut self, parent: usize, entry: Option<usize>, name: String, group: bool) -> usize {
        let added = self.nodes.len();
        self.nodes.push(Node {
            name,
            entry,
            group,
            children: Vec::new(),
        });
        self.nodes[parent].children.push(added);
        added
    }

    fn rows(mut self, entries: &[Entry]) -> Vec<Row> {
        let orders: Vec<f64> = self
            .nodes
            .iter()
            .map(|node| order(node.entry.map(|index| &entries[index])))
            .collect();
        let mut rows = Vec::with_capacity(self.nodes.len());
        let mut waiting: Vec<(usize, usize)> = vec![(0, 0)];
        while let Some((at, depth)) = waiting.pop() {
            let mut children = std::mem::take(&mut self.nodes[at].children);
            children.sort_by(|one, other| orders[*one].total_cmp(&orders[*other]));
            waiting.extend(children.into_iter().rev().map(|child| (child, depth + 1)));
            // The root is no row.
            if let Some(depth) = depth.checked_sub(1) {
                let Node { name, entry, group, .. } = &mut self.nodes[at];
                rows.push(Row {
                    depth,
                    name: std::mem::take(name),
                    entry: *entry,
                    group: *group,
                });
            }
        }
        rows
    }
}

fn order(entry: Option<&Entry>) -> f64 {
    let number = |text: &str| text.parse().ok().filter(|order: &f64| order.is_finite());
    entry
        .and_then(|entry| entry.value("OrderInTree"))
        .and_then(number)
        .unwrap_or(f64::INFINITY)
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn drawn(text: &str) -> Vec<String> {
        let rows = rows(&parse(text));
        let mark = |row: &Row| match (row.group, row.entry) {
            (true, Some(_)) => "+",
            (true, None) => "?",
            (false, _) => "",
        };
        rows.iter()
            .map(|row| format!("{}{}{}", "  ".repeat(row.depth), mark(row), row.name))
            .collect()
    }

    #[test]
    fn groups_and_bases_in_tree_order() {
        let text = "[Учёт]\nConnect=File=a;\nFolder=/\nOrderInTree=30.5\n\
                    [Розница]\nFolder=/Клиенты\nOrderInTree=2\n\
                    [Клиенты]\nOrderInList=-1\nFolder=/\nOrderInTree=10\n\
                    [Касса]\nConnect=File=b;\nFolder=/Клиенты/Розница\nOrderInTree=5\n\
                    [Опт]\nConnect=File=c;\nFolder=/Клиенты\nOrderInTree=1\n\
                    [Без порядка]\nConnect=File=d;\n\
                    [Сирота]\nConnect=File=e;\nFolder=/Нет такой/группы\n";
        assert_eq!(
            drawn(text),
            [
                "+Клиенты",
                "  Опт",
                "  +Розница",
                "    Касса",
                "Учёт",
                "Без порядка",
                "?Нет такой",
                "  ?группы",
                "    Сирота",
            ]
        );
    }

    #[test]
    fn groups_are_told_apart_by_case_and_merged_by_name() {
        let text = "[A]\nFolder=/\n[x]\nConnect=File=x;\nFolder=/a\n[A]\nFolder=/\n[y]\nConnect=File=y;\nFolder=/A/\n";
        assert_eq!(drawn(text), ["+A", "  y", "?a", "  x"]);
    }

    #[test]
    fn a_group_in_itself_ends() {
        assert_eq!(drawn("[A]\nFolder=/A\n"), ["?A", "  +A"]);
    }

    #[test]
    fn a_path_of_a_hundred_thousand_groups() {
        let depth = 100_000;
        let text = format!("[base]\nConnect=File=x;\nFolder={}\n", "/a".repeat(depth));
        let rows = rows(&parse(&text));
        assert_eq!(rows.len(), depth + 1);
        assert_eq!(rows[depth].depth, depth);
    }
}
