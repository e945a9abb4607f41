//! Records from trees of keys and values: fields by their names, or by the paths that a mapping names.
//!
//! It must not know where trees come from: JSON, JSON Lines and YAML hand them in.

use super::case::{CASE, read_case};
use super::draft::Draft;
use super::duplicates::{Step, remove, written};
use super::finding::{finding, shown};
use super::plan::Plan;
use crate::diagnostic::Code;
use crate::names::FieldPath;
use crate::record::{FieldFinding, FieldType, ObjectType, RecordFinding, object_from_json};
use serde_json::{Map, Value as Json};
use std::collections::{HashMap, HashSet};

/// A source of trees.
pub(super) trait Trees: Send {
    /// Reads the next record; `None` at the end. After an error the next record can be read.
    fn next_tree(&mut self) -> Option<Result<Tree, RecordFinding>>;
}

/// One record before its fields are read.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) json: Json,
    pub(super) line: u64,
    /// The ways to keys that are there more than once.
    pub(super) duplicates: Vec<Vec<Step>>,
    /// What its source found in it.
    pub(super) findings: Vec<RecordFinding>,
}

/// How trees are read, and what was met in them so far.
#[derive(Debug)]
pub(super) struct Shape {
    // The paths of the mapping, where there is one.
    paths: Option<Branch>,
    // Which of the mapped columns some record had.
    met: Vec<bool>,
    // The keys without a field that have been reported, by their paths without indices.
    reported: HashSet<String>,
}

/// Where the keys of an object lead.
#[derive(Debug, Default)]
struct Branch {
    targets: Vec<usize>,
    ignored: bool,
    under: HashMap<String, Branch>,
    reported: HashSet<String>,
}

impl Shape {
    pub(super) fn new(plan: &Plan) -> Self {
        let targets = plan.mapped();
        let paths = targets.map(|targets| {
            let mut root = Branch::default();
            for (index, target) in targets.iter().enumerate() {
                root.at(target.column()).targets.push(index);
                // Some exports are flat and have keys such as `properties.amount`.
                if target.column().contains('.') {
                    root.under.entry(target.column().to_owned()).or_default().targets.push(index);
                }
            }
            plan.ignored().for_each(|column| root.at(column).ignored = true);
            root
        });
        Self { paths, met: vec![false; targets.map_or(0, <[_]>::len)], reported: HashSet::new() }
    }

    /// Reads a tree.
    pub(super) fn read(&mut self, mut tree: Tree, plan: &Plan) -> Draft {
        let mut draft = plan.draft();
        draft.others = tree.findings;
        for way in &tree.duplicates {
            remove(&mut tree.json, way);
            draft.findings.push(FieldFinding {
                code: Code::DuplicateKey,
                path: Some(FieldPath::from_text(&written(way))),
                value: None,
                message: format!("the key `{}` is there twice", written(way)),
                help: Some("neither value is read".to_owned()),
            });
        }
        let Json::Object(keys) = tree.json else { return draft };
        match &mut self.paths {
            None => self.by_name(keys, plan, &mut draft),
            Some(paths) => {
                // What has been found so far is named by keys of the source, not by fields.
                draft.others.extend(draft.findings.drain(..).map(|finding| finding.at(Some(tree.line), None)));
                let mut found = vec![None; self.met.len()];
                paths.walk(&keys, &mut String::new(), &mut Walked { found: &mut found, line: tree.line, plan, draft: &mut draft });
                for ((target, json), met) in plan.mapped().into_iter().flatten().zip(found).zip(&mut self.met) {
                    if let Some(json) = json {
                        *met = true;
                        target.take_json(json, plan, &mut draft);
                    }
                }
            }
        }
        let reported = &mut self.reported;
        draft.findings.retain(|finding| finding.code != Code::UnmappedColumn || is_new(reported, &without_indices(finding.path.as_ref())));
        draft
    }

    /// Findings that need the whole source: columns of the mapping that no record had.
    pub(super) fn closing(&self, plan: &Plan) -> Vec<RecordFinding> {
        let targets = plan.mapped().into_iter().flatten().zip(&self.met);
        let mut columns = HashSet::new();
        let columns = targets.filter(|(_, met)| !**met).map(|(target, _)| target.column()).filter(|column| columns.insert(*column));
        let missing = columns.map(|column| RecordFinding {
            code: Code::MissingColumn,
            line: None,
            column: Some(column.to_owned()),
            value: None,
            message: format!("no record has `{column}`"),
            help: None,
        });
        missing.collect()
    }

    fn by_name(&self, mut keys: Map<String, Json>, plan: &Plan, draft: &mut Draft) {
        let case = keys.shift_remove(CASE);
        if !self.reported.is_empty() {
            self.prune(&mut keys, plan.record().fields(), &mut String::new());
        }
        let json = Json::Object(keys);
        let (object, findings) = object_from_json(&json, plan.record().fields(), &|name| plan.child(name), plan.reading());
        draft.object = object;
        draft.findings.extend(findings);
        if let Some(case) = case {
            read_case(&case, plan, draft);
        }
    }

    /// Removes the keys without a field that have been reported, so that they cost nothing from then on.
    fn prune(&self, keys: &mut Map<String, Json>, object_type: &ObjectType, path: &mut String) {
        let length = path.len();
        keys.retain(|key, value| {
            push_key(path, key);
            let keep = match (object_type.get(key), value) {
                (None, _) => !self.reported.contains(path.as_str()),
                (Some((_, field)), Json::Object(inner)) => {
                    if let FieldType::Object(inner_type) = &field.field_type {
                        self.prune(inner, inner_type, path);
                    }
                    true
                }
                _ => true,
            };
            path.truncate(length);
            keep
        });
    }
}

/// How many keys without a field are reported of one object, so that their number is bounded.
const MAX_REPORTED: usize = 1_000;

/// What a walk through one record fills.
struct Walked<'a, 'j> {
    found: &'a mut [Option<&'j Json>],
    line: u64,
    plan: &'a Plan,
    draft: &'a mut Draft,
}

impl Branch {
    /// The branch at a path with dots.
    fn at(&mut self, path: &str) -> &mut Branch {
        path.split('.').fold(self, |branch, key| branch.under.entry(key.to_owned()).or_default())
    }

    fn walk<'j>(&mut self, keys: &'j Map<String, Json>, path: &mut String, walked: &mut Walked<'_, 'j>) {
        let length = path.len();
        for (key, json) in keys {
            let Some(branch) = self.under.get_mut(key) else {
                if is_new(&mut self.reported, key) {
                    push_key(path, key);
                    walked.report(path, json);
                    path.truncate(length);
                }
                continue;
            };
            for index in &branch.targets {
                if let Some(slot) = walked.found.get_mut(*index) {
                    *slot = Some(json);
                }
            }
            if let Json::Object(inner) = json
                && !branch.ignored
                && (branch.targets.is_empty() || !branch.under.is_empty())
            {
                push_key(path, key);
                branch.walk(inner, path, walked);
                path.truncate(length);
            }
        }
    }
}

impl Walked<'_, '_> {
    fn report(&mut self, path: &str, json: &Json) {
        let (message, help) = self.plan.about_unmapped(path, |_| false);
        let value = (!json.is_null() && !json.is_array() && !json.is_object()).then(|| shown(&json.to_string()));
        let place = finding(Code::UnmappedColumn, self.line, message);
        self.draft.others.push(RecordFinding { column: Some(path.to_owned()), value, help, ..place });
    }
}

/// Whether a key is reported for the first time, and not as one of so many that they are no fields but data.
fn is_new(reported: &mut HashSet<String>, key: &str) -> bool {
    reported.len() < MAX_REPORTED && !reported.contains(key) && reported.insert(key.to_owned())
}

fn push_key(path: &mut String, key: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(key);
}

/// A path without its indices: what holds for one item of a list holds for all.
fn without_indices(path: Option<&FieldPath>) -> String {
    let mut text = String::new();
    let mut inside = false;
    for character in path.map_or("", FieldPath::as_str).chars() {
        match character {
            '[' => inside = true,
            ']' => inside = false,
            _ if inside => {}
            other => text.push(other),
        }
    }
    text
}
