//! Reads small texts for the tests beside it, and shows what was found.
//!
//! They must not look inside the reader: only the tree and the findings count.

mod findings;
mod limits;
mod scripts;
mod tree;

use super::*;

struct Read {
    sources: Sources,
    node: Option<Node>,
    found: Diagnostics,
}

fn read_with(text: &str, limits: &Limits) -> Read {
    let mut sources = Sources::new();
    let id = sources.add("a.yaml", text);
    let mut found = Diagnostics::new();
    let node = parse_yaml_with(&sources, id, limits, &mut found);
    Read { sources, node, found }
}

fn read(text: &str) -> Read {
    read_with(text, &Limits::default())
}

impl Read {
    fn root(&self) -> &Node {
        self.node.as_ref().unwrap()
    }

    /// The node under keys and list positions, such as `a.0.b`.
    fn at(&self, path: &str) -> &Node {
        path.split('.').fold(self.root(), |node, step| match &node.kind {
            NodeKind::List(items) => &items[step.parse::<usize>().unwrap()],
            _ => node.get(step).unwrap(),
        })
    }

    fn written(&self, path: &str) -> &str {
        self.sources.text(self.at(path).span)
    }

    fn value(&self, path: &str) -> &str {
        match &self.at(path).kind {
            NodeKind::Scalar(scalar) => &scalar.text,
            other => panic!("{path}: {other:?}"),
        }
    }

    /// Each finding as `code line:column [text] message; related; help`.
    fn findings(&self) -> Vec<String> {
        let place = |label: &crate::diagnostic::Label| {
            let at = self.sources.position(label.span);
            format!(
                "{}:{} [{}]{}",
                at.line,
                at.column,
                self.sources.text(label.span),
                if label.text.is_empty() { String::new() } else { format!(" {}", label.text) }
            )
        };
        self.found
            .iter()
            .map(|found| {
                let related: String = found.related.iter().map(|label| format!("; {}", place(label))).collect();
                let help = found.help.as_deref().map(|help| format!(" -- {help}")).unwrap_or_default();
                format!("{} {} {}{related}{help}", found.code, place(&found.label), found.message)
            })
            .collect()
    }

    fn codes(&self) -> Vec<&'static str> {
        self.found.iter().map(|found| found.code.name()).collect()
    }

    fn finding(&self) -> String {
        let found = self.findings();
        assert_eq!(found.len(), 1, "{found:#?}");
        found.into_iter().next().unwrap()
    }

    fn clean(self) -> Self {
        assert_eq!(self.findings(), Vec::<String>::new());
        self
    }
}
