//! What the user wants of the checks: settings, comments that ignore, and files that are mended.
//!
//! It must not test what a single finding says.

use crate::diagnostics::sample::samples;
use crate::support::{Folder, tollgate};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;
use tollgate::catalog::{Change, check, load, repair, write};
use tollgate::cli::Exit;
use tollgate::cli::render::unified;
use tollgate::diagnostic::{Code, Diagnostics, Settings, Severity};
use tollgate::evaluation::{Subject, evaluate};
use tollgate::record::ObjectBuilder;
use tollgate::source::{SourceId, Sources};
use tollgate::workflow::{compile_with, examine};

const WORKFLOW: &str = "tollgate: 1\nworkflow: order\nrecord: order\nrecords: {order: {key: id, fields: {id: text, amount: money, late: bool}}}\n\
     roles:\n  clerk: [zhang.san]\n  manager: [li.si]\nstages:\n  open: {start: true, lead: clerk}\n  kept: {lead: clerk}\n  done: {end: done}\n\
     gates:\n  close: {from: open, submit: clerk, outcomes: {close: done, keep: {to: kept}}}\n";

/// Every error that may be lowered, lowered.
fn lenient() -> Settings {
    let mut settings = Settings::new();
    for code in Code::ALL.iter().filter(|code| code.severity() == Severity::Error) {
        settings.set(*code, Some(Severity::Warning));
    }
    settings
}

#[test]
fn with_every_proof_lowered_a_workflow_is_made_and_judges_records() {
    let settings = lenient();
    let mut lowered: BTreeSet<Code> = BTreeSet::new();
    for sample in samples() {
        let (catalog, _) = sample.checked();
        for entry in &catalog.workflows {
            let found = examine(&catalog.sources, &catalog.documents, *entry, &settings).found;
            let fixed = found.iter().any(|finding| finding.is_error() && !finding.code.is_adjustable());
            match compile_with(&catalog.sources, *entry, &settings) {
                Ok(made) => {
                    assert!(!fixed, "{}", sample.name);
                    lowered.extend(found.iter().filter(|finding| finding.is_error()).map(|finding| finding.code));
                    let blank = Arc::new(ObjectBuilder::new(made.value.record().fields()).finish().0);
                    for stage in made.value.stages().keys() {
                        let subject = Subject::new(stage.clone(), Arc::clone(&blank));
                        let evaluation = evaluate(&made.value, &subject, "2026-11-22T00:00:00Z".parse().unwrap());
                        let leaving = made.value.gates().values().filter(|gate| gate.from().contains(stage)).count();
                        assert_eq!(evaluation.gates.len(), leaving, "{}: {stage}", sample.name);
                    }
                }
                Err(_) => assert!(fixed, "{}: an error that may be lowered stands in the way", sample.name),
            }
        }
    }
    let missing: Vec<&Code> = Code::ALL
        .iter()
        .filter(|code| code.severity() == Severity::Error && code.is_adjustable())
        .filter(|code| !lowered.contains(code))
        .collect();
    assert!(missing.is_empty(), "no sample shows that these can be lowered: {missing:?}");
}

/// The findings of a folder with a project file, as `code severity`, and the exit code.
fn told(project: &str, workflow: &str) -> (Vec<String>, Exit) {
    let folder = Folder::new();
    folder.file("tollgate.yaml", project);
    let path = folder.file("flows/sub/order.yaml", workflow);
    let ran = tollgate(&["validate", &path, "--format", "json"]);
    let whole = tollgate(&["validate", &folder.path(), "--format", "json"]);
    let read = |text: &str| -> Vec<String> {
        let document: serde_json::Value = serde_json::from_str(text).unwrap();
        let found = document["diagnostics"].as_array().unwrap().iter();
        found.map(|found| format!("{} {}", found["code"].as_str().unwrap(), found["severity"].as_str().unwrap())).collect()
    };
    assert_eq!(read(&ran.out), read(&whole.out), "a folder and a file in it are told differently");
    assert_eq!(ran.exit, whole.exit);
    (read(&ran.out), ran.exit)
}

#[test]
fn a_project_file_above_weighs_the_findings() {
    let of = |checks: &str| told(&format!("tollgate: 1\nchecks: {{{checks}}}\n"), WORKFLOW);
    assert_eq!(of(""), (vec!["unused-role warning".to_owned(), "dead-end error".to_owned()], Exit::Findings));
    assert_eq!(of("unused-role: off, dead-end: warning"), (vec!["dead-end warning".to_owned()], Exit::Clean));
    assert_eq!(of("unused-role: error, dead-end: off"), (vec!["unused-role error".to_owned()], Exit::Findings));
    assert_eq!(of("unused-role: off, dead-end: off"), (Vec::new(), Exit::Clean));
    assert_eq!(of("unused-rol: off, dead-end: off").1, Exit::Findings);
}

#[test]
fn a_dry_run_hears_the_same_wishes() {
    let folder = Folder::new();
    let workflow = folder.file("order.yaml", WORKFLOW);
    let records = folder.file("orders.csv", "id,amount,late,case.stage\nO-1,5,true,open\n");
    let run = || tollgate(&["dry-run", &workflow, "--records", &records, "--format", "jsonl"]);
    let refused = run();
    assert_eq!(refused.exit, Exit::Findings);
    assert!(refused.err.contains("error[dead-end]"), "{}", refused.err);
    folder.file("tollgate.yaml", "tollgate: 1\nchecks: {dead-end: warning}\n");
    let ran = run();
    assert_eq!((ran.exit, ran.out.lines().count()), (Exit::Clean, 1), "{}", ran.err);
    folder.file("tollgate.yaml", "tollgate: 1\nchecks: {dead-end: warning, unused-role: error}\n");
    let refused = run();
    assert!(refused.exit == Exit::Findings && refused.err.contains("error[unused-role]"), "{}", refused.err);
    folder.file("tollgate.yaml", "tollgate: 1\n");
    folder.file("order.yaml", WORKFLOW.replace("  kept:", "  # tollgate: ignore[dead-end] the archive is to come\n  kept:"));
    assert_eq!(run().exit, Exit::Clean);
}

#[test]
fn the_nearest_project_file_holds() {
    let folder = Folder::new();
    folder.file("tollgate.yaml", "tollgate: 1\nchecks: {dead-end: off}\n");
    folder.file("a/order.yaml", WORKFLOW);
    folder.file("b/order.yaml", WORKFLOW.replace("workflow: order", "workflow: other"));
    folder.file("b/tollgate.yaml", "tollgate: 1\nchecks: {unused-role: off}\n");
    let ran = tollgate(&["validate", &folder.path(), "--format", "github"]);
    let found: Vec<&str> = ran.out.lines().map(|line| line.split(",line").next().unwrap().rsplit('/').nth(1).unwrap()).collect();
    let codes: Vec<&str> = ran.out.lines().map(|line| line.split("title=").nth(1).unwrap().split("::").next().unwrap()).collect();
    assert_eq!((found, codes), (vec!["a", "b"], vec!["unused-role", "dead-end"]));
}

#[test]
fn a_setting_for_what_is_never_found_and_an_ignored_finding_in_a_csv_file_are_quiet() {
    let folder = Folder::new();
    let text = WORKFLOW.replace("  manager: [li.si]\n", "").replace(", keep: {to: kept}", "").replace("  kept: {lead: clerk}\n", "");
    let table = "tables:\n  level:\n    in: {amount: order.amount}\n    out: {level: text}\n    rows: level.csv # tollgate: ignore[unused-table] of the file\n";
    folder.file("tollgate.yaml", "tollgate: 1\nchecks: {no-end: off}\n");
    folder.file("level.csv", "amount,level,# note\n> 3,high,\"# tollgate: ignore[no-end]\"\n");
    let path = folder.file("order.yaml", format!("{text}{table}"));
    let ran = tollgate(&["validate", &path, "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let codes: Vec<&str> = document["diagnostics"].as_array().unwrap().iter().map(|found| found["code"].as_str().unwrap()).collect();
    // The table's name stands above the line of its rows, so the comment is about nothing.
    assert_eq!(codes, ["unused-table", "unused-ignore"]);
}

#[test]
fn every_format_says_what_is_ignored() {
    let folder = Folder::new();
    let text = WORKFLOW.replace("[li.si]", "[li.si] # tollgate: ignore[unused-role] in the \"handbook\"");
    let path = folder.file("order.yaml", text);
    let run = |format: &str| tollgate(&["validate", &path, "--format", format]).out;
    assert!(run("human").ends_with("1 error in 1 file; 1 ignored by comments\n"), "{}", run("human"));
    assert_eq!(run("github").lines().count(), 1);
    let json: serde_json::Value = serde_json::from_str(&run("json")).unwrap();
    assert_eq!((&json["summary"]["ignored"], &json["ignored"][0]["code"]), (&1.into(), &"unused-role".into()));
    assert_eq!(json["ignored"][0]["reason"], "in the \"handbook\"");
    let sarif: serde_json::Value = serde_json::from_str(&run("sarif")).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let silenced: Vec<&serde_json::Value> = results.iter().filter(|result| !result["suppressions"].is_null()).collect();
    assert_eq!((results.len(), silenced.len()), (2, 1));
    let wanted = serde_json::json!([{"kind": "inSource", "justification": "in the \"handbook\""}]);
    assert_eq!((&silenced[0]["ruleId"], &silenced[0]["suppressions"]), (&"unused-role".into(), &wanted));
}

#[test]
fn a_comment_is_not_judged_where_not_everything_was_looked_at() {
    let folder = Folder::new();
    let ignoring = "tollgate: 1\nroles:\n  clerk: [zhang.san] # tollgate: ignore[unused-role] shared\n  manager: [li.si] # tollgate: ignore[unused-role] shared\n";
    folder.file("people.yaml", ignoring);
    let text = WORKFLOW
        .replace("record: order\n", "record: order\nuse: people.yaml\n")
        .replace("roles:\n  clerk: [zhang.san]\n  manager: [li.si]\n", "");
    let sound = text.replace("  kept: {lead: clerk}\n", "").replace(", keep: {to: kept}", "");
    let path = folder.file("order.yaml", &sound);
    // Of a workflow that is named alone, what it shares is not judged; of the folder, it is.
    assert_eq!(tollgate(&["validate", &path, "--format", "github"]).out, "");
    let whole = tollgate(&["validate", &folder.path(), "--format", "github"]).out;
    assert!(whole.lines().count() == 1 && whole.contains("line=3") && whole.contains("unused-ignore"), "{whole}");
    // While the workflow has an error, it is not.
    folder.file("order.yaml", &text);
    let whole = tollgate(&["validate", &folder.path(), "--format", "github"]).out;
    assert!(whole.lines().count() == 1 && whole.contains("dead-end"), "{whole}");
}

#[test]
fn explain_says_whether_a_code_can_be_changed() {
    let last = |code: &str| tollgate(&["explain", code]).out.lines().last().unwrap().to_owned();
    assert_eq!(last("unknown-role"), "It is always an error.");
    assert!(last("dead-end").starts_with("It is an error, unless `tollgate.yaml` says otherwise (`checks: {dead-end: off}`)"));
    assert!(last("unused-role").starts_with("It is a warning, unless"));
    assert!(last("unmapped-column").contains("`--fail-on`"));
    let list = tollgate(&["explain"]).out;
    assert!(list.contains("\ndead-end                 error*   ") && list.contains("\nunknown-role             error    "), "{list}");
}

/// The texts of a catalog by path.
fn texts(sources: &Sources) -> BTreeMap<String, String> {
    sources.iter().map(|(_, source)| (source.path().to_owned(), source.text().to_owned())).collect()
}

/// Applies the safe edits of findings by hand, one finding after the other, skipping what meets another: the second opinion.
fn by_hand(found: &Diagnostics, sources: &Sources, id: SourceId) -> String {
    let text = sources.get(id).unwrap().text();
    let mut edits: Vec<(usize, usize, &str)> = Vec::new();
    for finding in found.iter().filter(|finding| finding.fixable) {
        let own: Vec<_> = finding.edits.iter().map(|edit| (edit.span.start as usize, edit.span.end as usize, &*edit.text)).collect();
        if finding.edits.iter().all(|edit| edit.span.source == id)
            && own.iter().all(|(start, end, _)| edits.iter().all(|(from, to, _)| end < from || to < start))
        {
            edits.extend(own);
        }
    }
    edits.sort_unstable();
    let mut after = String::new();
    let mut at = 0;
    for (start, end, new) in edits {
        after.push_str(text.get(at..start).unwrap());
        after.push_str(new);
        at = end;
    }
    after + text.get(at..).unwrap()
}

#[test]
fn what_is_mended_in_the_samples_is_as_reviewed_and_is_mended_for_good() {
    let mut patches = String::new();
    let mut mended: BTreeSet<Code> = BTreeSet::new();
    for sample in samples() {
        let (catalog, checked) = sample.checked();
        let before = texts(&catalog.sources);
        mended.extend(checked.diagnostics.iter().filter(|finding| finding.fixable).map(|finding| finding.code));
        let ids: Vec<SourceId> = catalog.sources.iter().map(|(id, _)| id).collect();
        let once: BTreeMap<String, String> =
            ids.iter().map(|id| (catalog.sources.path(*id).to_owned(), by_hand(&checked.diagnostics, &catalog.sources, *id))).collect();
        // The digest counts an item of a list that is there twice, and everything else of what a workflow means.
        let has_twice = checked.diagnostics.iter().any(|finding| finding.fixable && finding.code == Code::NoEffect);
        let digests: Vec<(SourceId, String)> =
            checked.workflows.iter().map(|(entry, workflow)| (*entry, workflow.digest().to_owned())).collect();
        let repaired = repair(catalog);
        assert!(!repaired.checked.diagnostics.iter().any(|finding| finding.fixable), "{}: something fixable is left", sample.name);
        for (entry, digest) in digests.into_iter().filter(|_| !has_twice) {
            let after = repaired.checked.workflows.iter().find(|(id, _)| *id == entry).map(|(_, workflow)| workflow.digest().to_owned());
            assert_eq!(after, Some(digest), "{}: a fix changed what a workflow means", sample.name);
        }
        for change in &repaired.changes {
            let path = change.path.to_string_lossy().into_owned();
            assert_eq!(change.before, before[&path]);
            assert_ne!(once[&path], change.before, "{path}: nothing was mended in the first round");
            patches.push_str(&unified(&path, &change.before, &change.after));
        }
        let again = repair(repaired.catalog.clone());
        assert_eq!((again.count, again.changes.len()), (0, 0), "{}: mending twice is not mending once", sample.name);
        assert_eq!(texts(&again.catalog.sources), texts(&repaired.catalog.sources));
    }
    let wanted = [Code::AmbiguousScalar, Code::FoldedRule, Code::NoEffect, Code::MissingKey, Code::UnusedIgnore, Code::UnlikeComparison];
    let unshown: Vec<&Code> = wanted.iter().filter(|code| !mended.contains(code)).collect();
    assert!(unshown.is_empty(), "no sample shows that these are mended: {unshown:?}");
    let page = fs::read_to_string(crate::support::project("docs/language/project.md")).unwrap();
    let unsaid: Vec<&Code> = mended.iter().filter(|code| !page.contains(&format!("| `{code}` | "))).collect();
    assert!(unsaid.is_empty(), "docs/language/project.md does not say that these are mended: {unsaid:?}");
    insta::assert_snapshot!(patches);
}

#[test]
fn fix_writes_the_files_and_diff_does_not() {
    let folder = Folder::new();
    let text = format!(
        "\u{feff}# A note that stays.\r\n{}",
        WORKFLOW.replace("[zhang.san]", "[zhang.san, zhang.san]   # people").replace('\n', "\r\n")
    );
    let path = folder.file("order.yaml", &text);
    let diff = tollgate(&["validate", &path, "--diff"]);
    assert_eq!(diff.exit, Exit::Findings);
    assert!(diff.out.contains("-  clerk: [zhang.san, zhang.san]   # people\r\n+  clerk: [zhang.san]   # people\r\n"), "{}", diff.out);
    assert!(diff.err.contains("would mend 1 finding in 1 file; 2 more"), "{}", diff.err);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    let ran = tollgate(&["validate", &path, "--fix"]);
    assert!(
        ran.exit == Exit::Findings && ran.err == "mended 1 finding in 1 file\n" && !ran.out.contains("no-effect"),
        "{}{}",
        ran.out,
        ran.err
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), text.replace("zhang.san, zhang.san", "zhang.san"));
    let again = tollgate(&["validate", &path, "--fix"]);
    assert_eq!((again.err.as_str(), again.out), ("", ran.out));
    let files: Vec<String> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(files, ["order.yaml"], "nothing else is left in the folder");
}

#[test]
fn all_files_are_written_or_none() {
    let folder = Folder::new();
    let one = folder.file("one.yaml", "a: NO\n");
    let other = folder.file("other.yaml", "b: NO\n");
    let change = |path: &str, before: &str| Change { path: path.into(), before: before.to_owned(), after: "c: \"NO\"\n".to_owned() };
    let error = write(&[change(&one, "a: NO\n"), change(&other, "b: YES\n")]).unwrap_err().to_string();
    assert!(error.contains("other.yaml` was changed while it was checked; nothing was written"), "{error}");
    let mut locked = fs::metadata(&other).unwrap().permissions();
    locked.set_readonly(true);
    fs::set_permissions(&other, locked).unwrap();
    let error = write(&[change(&one, "a: NO\n"), change(&other, "b: NO\n")]).unwrap_err().to_string();
    assert!(error.contains("other.yaml` is read-only; nothing was written"), "{error}");
    assert_eq!((fs::read_to_string(&one).unwrap(), fs::read_to_string(&other).unwrap()), ("a: NO\n".to_owned(), "b: NO\n".to_owned()));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

/// Lines of a workflow that can each be mended, or not, in any order and any number.
fn lines() -> impl Strategy<Value = String> {
    let roles =
        prop::sample::subsequence(vec!["    - a\n", "    # note\n", "    - b\n", "    - a # why\n", "    - b\n", "    - a\n"], 0..6);
    let ends = prop::sample::select(vec!["\n", "\r\n"]);
    let comments = prop::sample::select(vec![
        "",
        " # tollgate: ignore[no-effect] x",
        " # tollgate: ignore[no-end, no-effect, no-start] y",
        " # tollgate: ignore[unused-role] z",
        " # plain",
    ]);
    let titles = prop::sample::select(vec!["NO", "9:30", "'NO'", "Off", "客户", "1_000"]);
    let needs = prop::collection::vec(prop::sample::select(vec!["amount", "late", "id"]), 0..5);
    let rules = prop::sample::select(vec![
        "order.amount > \"5\"",
        "order.amount > 5",
        "\n      >-\n      order.amount > 1\n      || order.late",
        "'\"3\" < order.amount'",
    ]);
    let from = prop::sample::select(vec!["open", "[open, open]", "[ open ]"]);
    let head = prop::sample::select(vec!["tollgate: 1\n", "", "# only a note\n"]);
    (roles, ends, comments, titles, needs, rules, (head, from)).prop_map(|(roles, end, comment, title, needs, rule, (head, from))| {
        let text = format!(
            "{head}workflow: order\nrecord: order{comment}\nrecords: {{order: {{key: id, fields: {{id: text, amount: money, late: bool}}}}}}\nroles:\n  \
             clerk:{comment}\n    - c\n{}  # above{comment}\n  boss: [a,b]{comment}\nstages:\n  open:\n    start: true\n    lead: clerk\n    title: {title}{comment}\n    \
             needs: [{}]{comment}\n  done: {{end: done}}\ngates:\n  close:\n    from: {from}{comment}\n    submit: boss\n    must:\n      x: {rule}\n    \
             outcomes: {{close: done}}\n",
            roles.concat(),
            needs.join(", ")
        );
        text.replace('\n', end)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn mending_twice_is_mending_once_and_touches_nothing_else(text in lines()) {
        let folder = Folder::new();
        let path = folder.file("order.yaml", &text);
        let catalog = load(&[path.clone().into()]).unwrap();
        let checked = check(&catalog);
        let id = catalog.sources.find(&path).unwrap();
        let digest = checked.workflows.first().map(|(_, workflow)| workflow.digest().to_owned());
        let once = by_hand(&checked.diagnostics, &catalog.sources, id);
        let fixed = tollgate::diagnostic::fixed(&checked.diagnostics, &catalog.sources);
        prop_assert_eq!(fixed.texts.get(&id).unwrap_or(&text), &once);
        let repaired = repair(catalog);
        prop_assert!(!repaired.checked.diagnostics.iter().any(|finding| finding.fixable));
        write(&repaired.changes).unwrap();
        let after = fs::read_to_string(&path).unwrap();
        prop_assert_eq!(after.matches("\r\n").count() == after.matches('\n').count(), text.contains("\r\n"));
        prop_assert_eq!(after.matches("# note").count() + after.matches("# why").count(), text.matches("# note").count() + text.matches("# why").count());
        prop_assert_eq!(after.matches("# plain").count(), text.matches("# plain").count());
        let again = repair(load(&[path.into()]).unwrap());
        prop_assert_eq!((again.count, again.changes.len()), (0, 0));
        let has_twice = checked.diagnostics.iter().any(|finding| finding.fixable && finding.code == Code::NoEffect);
        if let Some(digest) = digest.filter(|_| !has_twice) {
            prop_assert_eq!(Some(digest), again.checked.workflows.first().map(|(_, workflow)| workflow.digest().to_owned()));
        }
        let count = |found: &Diagnostics| found.iter().filter(|finding| !finding.fixable).count();
        prop_assert!(count(&again.checked.diagnostics) >= count(&checked.diagnostics).saturating_sub(1));
    }
}
