//! One sample: what it says is found in it, and what is.
//!
//! It must not know a code: every sample is read and judged alike.

use crate::support::tollgate;
use std::fs;
use std::path::{Path, PathBuf};
use tollgate::catalog::{Catalog, Checked, check, load};
use tollgate::cli::render::{Style, human};
use tollgate::diagnostic::{Code, Diagnostic, Diagnostics};
use tollgate::document::MappingDoc;
use tollgate::ingest::{Plan, open};
use tollgate::record::RecordFinding;
use tollgate::source::{Sources, Span};
use tollgate::workflow::compile;

/// Where the samples are, as seen from the project.
pub(super) const FOLDER: &str = "tests/diagnostics";

/// A file `unknown-stage.yaml`, or a folder `unknown-stage` with a `workflow.yaml`. What stands between the code and the end of the
/// name tells the samples of one code apart; `ok` says that nothing is found.
pub(crate) struct Sample {
    pub(crate) name: String,
    path: PathBuf,
}

/// Every sample by name.
pub(crate) fn samples() -> Vec<Sample> {
    let mut found = Vec::new();
    for entry in fs::read_dir(FOLDER).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
        if name == ".gitattributes" || name == "snapshots" {
            continue;
        }
        match name.strip_suffix(".yaml") {
            Some(name) => found.push(Sample { name: name.to_owned(), path }),
            None if path.is_dir() => found.push(Sample { name, path }),
            None => assert!(name.ends_with(".rs"), "`{name}` is neither a sample nor a test"),
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

impl Sample {
    /// The code that the sample is about.
    pub(super) fn code(&self) -> Option<Code> {
        self.name.split('.').next().and_then(|name| name.parse().ok())
    }

    /// Whether it says by its name that nothing is found in it.
    pub(super) fn is_sound(&self) -> bool {
        self.name.ends_with(".ok")
    }

    /// The findings that its comments tell: `unknown-stage 20:11`, `unused-function rules.rhai:1:4`, or
    /// `invalid-record-value records.csv:3 column amount`. A first line `# finds: nothing` tells that there are none.
    pub(super) fn expected(&self) -> Vec<String> {
        let text = String::from_utf8_lossy(&fs::read(self.main()).unwrap()).into_owned();
        let lines = text.trim_start_matches('\u{feff}').lines().map_while(|line| line.strip_prefix("# finds: "));
        let lines: Vec<String> = lines.map(|line| line.trim_end().to_owned()).collect();
        assert!(!lines.is_empty(), "`{}` does not say what is found in it", self.name);
        sorted(if lines == ["nothing"] { Vec::new() } else { lines })
    }

    /// What is found, in the same words.
    pub(super) fn found(&self) -> Vec<String> {
        let (catalog, checked) = self.checked();
        let places = checked.diagnostics.iter().map(|found| format!("{} {}", found.code, self.place(&catalog.sources, found.label.span)));
        let records = self.records().map(|records| self.found_in_records(&catalog, &records)).unwrap_or_default();
        sorted(places.chain(records).collect())
    }

    /// The difference between the two, for people; `None` where there is none.
    pub(super) fn difference(&self) -> Option<String> {
        let (expected, found) = (self.expected(), self.found());
        if expected == found {
            return None;
        }
        let mut text = format!("{}\n", self.path.display());
        let mut rest = found.clone();
        for line in expected {
            match rest.iter().position(|found| *found == line) {
                Some(at) => drop(rest.remove(at)),
                None => text.push_str(&format!("  not found:   {line}\n")),
            }
        }
        rest.iter().for_each(|line| text.push_str(&format!("  found, too:  {line}\n")));
        Some(text)
    }

    /// The texts of the sample.
    pub(crate) fn catalog(&self) -> Catalog {
        load(std::slice::from_ref(&self.path)).unwrap()
    }

    /// The texts of the sample and every finding about them.
    pub(crate) fn checked(&self) -> (Catalog, Checked) {
        let catalog = self.catalog();
        let checked = check(&catalog);
        (catalog, checked)
    }

    /// The records beside the workflow, where the sample is about records.
    pub(super) fn records(&self) -> Option<PathBuf> {
        ["records.csv", "records.jsonl"].into_iter().map(|name| self.path.join(name)).find(|path| path.is_file())
    }

    /// A dry run over the records of the sample, with more arguments.
    pub(super) fn dry_run(&self, more: &[&str]) -> crate::support::Ran {
        let (workflow, records, mapping) = (text(&self.main()), text(&self.records().unwrap()), text(&self.path.join("mapping.yaml")));
        let mut arguments = vec!["dry-run", &workflow, "--records", &records, "--now", "2026-11-22"];
        if Path::new(&mapping).is_file() {
            arguments.extend(["--mapping", &mapping]);
        }
        tollgate(&[&arguments, more].concat())
    }

    /// What a dry run says about the records: about each of them in its line, about the header and about what is no record before them.
    fn found_in_records(&self, catalog: &Catalog, records: &Path) -> Vec<String> {
        let file = records.file_name().unwrap().to_string_lossy().into_owned();
        let place = |line: u64, column: Option<&str>| match column {
            Some(column) => format!("{file}:{line} column {column}"),
            None => format!("{file}:{line}"),
        };
        let told = |finding: &RecordFinding| format!("{} {}", finding.code, place(finding.line.unwrap(), finding.column.as_deref()));
        let mut found: Vec<String> = self.read_records(catalog, records).iter().map(told).collect();
        for line in self.dry_run(&["--format", "jsonl"]).out.lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let findings = line["findings"].as_array().unwrap();
            let told = |finding: &serde_json::Value| {
                let place = place(finding["line"].as_u64().unwrap(), finding["column"].as_str());
                format!("{} {place}", finding["code"].as_str().unwrap())
            };
            found.extend(findings.iter().map(told));
        }
        found
    }

    /// What no line of a dry run holds: findings about the header, about lines that are no record, and about paths that never occurred.
    fn read_records(&self, catalog: &Catalog, records: &Path) -> Vec<RecordFinding> {
        let workflow = compile(&catalog.sources, catalog.workflows[0]).unwrap().value;
        let mapping = fs::read_to_string(self.path.join("mapping.yaml")).ok().and_then(|text| {
            let mut sources = Sources::new();
            let id = sources.add("mapping.yaml", &text);
            MappingDoc::read_source(&sources, id, &mut Diagnostics::new())
        });
        let plan = Plan::new(workflow.record(), workflow.records().values(), mapping.as_ref(), workflow.calendar().zone()).unwrap();
        let mut records = open(records, &plan).unwrap();
        let mut found = records.header_findings().to_vec();
        found.extend(records.by_ref().filter_map(Result::err));
        found.extend(records.closing_findings());
        found
    }

    /// Line and column, after the file where it is not the sample's own.
    fn place(&self, sources: &Sources, span: Span) -> String {
        let position = sources.position(span);
        let main = text(&self.main());
        let folder = format!("{}/", text(&self.path));
        match sources.path(span.source) {
            path if path == main => format!("{}:{}", position.line, position.column),
            path => format!("{}:{}:{}", path.strip_prefix(&folder).unwrap_or(path), position.line, position.column),
        }
    }

    /// What people see of it in a log file.
    pub(super) fn look(&self) -> String {
        let (catalog, checked) = self.checked();
        let mut look = human(&checked.diagnostics, &catalog.sources, &Style { color: false, unicode: false, width: 100 });
        if self.records().is_some() {
            look.push_str(&self.dry_run(&["--fail-on", "findings"]).out);
        }
        look
    }

    fn main(&self) -> PathBuf {
        if self.path.is_dir() { self.path.join("workflow.yaml") } else { self.path.clone() }
    }
}

/// What is wrong with a finding as such: with its words, or with a place that does not lie in its text.
pub(super) fn slips(finding: &Diagnostic, sources: &Sources) -> Vec<String> {
    let mut slips = Vec::new();
    let texts = [Some(&finding.message), finding.help.as_ref()].into_iter().flatten();
    for text in texts {
        if text.is_empty() || text.starts_with(char::is_uppercase) || (text.ends_with('.') && !text.ends_with("..")) || text.contains('\n')
        {
            slips.push(format!("{}: `{text}`", finding.code));
        }
    }
    if finding.message.matches('`').count() % 2 == 1 {
        slips.push(format!("{}: a backtick without a partner in `{}`", finding.code, finding.message));
    }
    for label in std::iter::once(&finding.label).chain(&finding.related) {
        let source = sources.get(label.span.source).unwrap();
        if source.text().get(label.span.start as usize..label.span.end as usize).is_none() {
            slips.push(format!("{}: {}..{} is no place in `{}`", finding.code, label.span.start, label.span.end, source.path()));
        }
    }
    slips
}

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}

/// A path as the catalog writes it.
fn text(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
