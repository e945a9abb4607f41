//! A disk that fails at its n-th write, sync or truncation, for every n: what was acknowledged is there, what failed is not.
//!
//! It must not need root or a disk of its own: a small library in C stands between a child process and the system's calls.

use super::{CHILD, Folder, append, case, child, fill, key, listing, tell, told, with_key};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use tollgate::store::{Append, CaseStore, Listing, SqliteStore, StoreError};

const EIO: u32 = 5;
const ENOSPC: u32 = 28;

/// The library, built once; absent where this cannot be done.
fn shim() -> Option<&'static Path> {
    static SHIM: OnceLock<Option<PathBuf>> = OnceLock::new();
    SHIM.get_or_init(|| {
        if !cfg!(target_os = "linux") {
            tell("skipped: the disk can only be made to fail on Linux");
            return None;
        }
        // Built under a name of its own: other runs may be using the library just now.
        let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join("failing-disk.so");
        let draft = library.with_extension(std::process::id().to_string());
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/store/shim.c");
        let built =
            Command::new("cc").args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"]).arg(&draft).args([source, "-ldl"]).output();
        match built {
            Ok(output) if output.status.success() => {
                fs::rename(&draft, &library).unwrap();
                Some(library)
            }
            Ok(output) => panic!("{}", String::from_utf8_lossy(&output.stderr)),
            Err(error) => {
                tell(&format!("skipped: no C compiler ({error})"));
                None
            }
        }
    })
    .as_deref()
}

/// Runs a child over a disk, and returns what it told.
fn on_disk(shim: &Path, test: &str, folder: &Folder, settings: &[(&str, String)]) -> Vec<String> {
    let mut command = child(test, folder);
    command.env("LD_PRELOAD", shim).env("TOLLGATE_FAIL_IN", fs::canonicalize(&folder.0).unwrap());
    let output = command.envs(settings.iter().map(|(name, value)| (*name, value))).output().unwrap();
    let told = told(&output.stdout);
    assert!(told.last().is_some_and(|line| line == "end"), "{told:?} {}", String::from_utf8_lossy(&output.stderr));
    told
}

fn path() -> Option<PathBuf> {
    // As the library sees it, whatever links lie on the way.
    let path = PathBuf::from(std::env::var_os(CHILD)?);
    Some(fs::canonicalize(path.parent()?).unwrap().join(path.file_name()?))
}

/// Begins or ends the failing.
fn switch(path: &Path, name: &str) {
    fs::write(path.with_file_name(name), "").unwrap();
}

/// Tells what became of a command.
fn report<T>(name: &str, result: Result<T, StoreError>) {
    match result {
        Ok(_) => tell(&format!("ack {name}")),
        Err(error) => tell(&format!("err {name} {error}")),
    }
}

fn group(name: &str) -> [Append; 2] {
    let child = Append { listing: Listing { parent: Some(case("C")), ..listing("open") }, ..append(name, 0, "started") };
    [with_key(append("C", 2, "won"), name), with_key(child, name)]
}

#[test]
#[ignore = "it is what a child process does over a failing disk"]
fn appending() {
    let Some(path) = path() else { return };
    let store = SqliteStore::open(&path).unwrap();
    switch(&path, "disk-arm");
    report("one", store.append(&with_key(append("C", 1, "changed"), "one")));
    // What stands on a command that failed is refused; that is no failure of the disk.
    if store.history(&case("C")).unwrap().len() == 2 {
        report("two", store.append_all(&group("two")));
    }
    if std::env::var_os("TOLLGATE_TEST_CLOSE").is_some() {
        drop(store);
        tell("end");
        return;
    }
    switch(&path, "disk-disarm");
    report("after", store.append(&with_key(append("D", 0, "started"), "after")));
    tell("end");
    // Without closing the file: the log stays as it is, with all that a failed write may have left in it.
    std::process::abort();
}

#[test]
#[ignore = "it is what a child process does over a failing disk"]
fn opening() {
    let Some(path) = path() else { return };
    switch(&path, "disk-arm");
    match SqliteStore::open(&path) {
        Ok(store) => {
            report("one", store.append(&with_key(append("C", 0, "started"), "one")));
            drop(store);
        }
        Err(error) => tell(&format!("err open {error}")),
    }
    tell("end");
}

/// Holds a store, opened again on a sound disk, against what was told.
fn hold(folder: &Folder, told: &[String], context: &str) {
    let store = folder.store();
    store.verify().unwrap_or_else(|error| panic!("{context}: {error}"));
    for line in told.iter().filter(|line| *line != "end") {
        let mut parts = line.splitn(3, ' ');
        let (verdict, name, said) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap_or(""));
        let cases: &[&str] = match name {
            "one" => &["C"],
            "two" => &["C", "two"],
            "after" => &["D"],
            _ => &[],
        };
        let found: Vec<bool> = cases.iter().map(|name_of| store.find_key(&case(name_of), &key(name)).unwrap().is_some()).collect();
        assert!(found.windows(2).all(|pair| pair[0] == pair[1]), "{context}: `{name}` is torn");
        if verdict == "ack" {
            assert!(found.iter().all(|found| *found), "{context}: `{name}` was acknowledged and is gone");
            continue;
        }
        let clear = ["there is no space left for `", "cannot be read or written: ", "must be opened again: ", "cannot be written to"];
        assert!(clear.iter().any(|words| said.contains(words)) && said.contains("cases.db"), "{context}: {said}");
        if !said.contains("must be opened again") {
            assert!(found.iter().all(|found| !*found), "{context}: `{name}` failed ({said}) and is there");
        }
    }
    // It goes on.
    let revision = store.history(&case("C")).unwrap().len() as u64;
    store.append(&append("C", revision, "changed")).unwrap();
    store.verify().unwrap();
}

/// Lets every call fail, one after the other, until there is none left; returns how many there were.
fn every_call(test: &str, code: u32, on: bool, prepare: impl Fn(&Folder), check: impl Fn(&[String], &str)) -> u32 {
    let Some(shim) = shim() else { return 0 };
    for place in 1.. {
        let folder = Folder::new();
        prepare(&folder);
        let mut settings = vec![("TOLLGATE_FAIL_AT", place.to_string()), ("TOLLGATE_FAIL_WITH", code.to_string())];
        if on {
            settings.extend([("TOLLGATE_FAIL_ON", "1".to_owned()), ("TOLLGATE_TEST_CLOSE", "1".to_owned())]);
        }
        let told = on_disk(shim, test, &folder, &settings);
        let context = format!("error {code} at call {place}, {told:?}");
        hold(&folder, &told, &context);
        check(&told, &context);
        if !folder.0.join("fired").exists() {
            assert!(!told.iter().any(|line| line.starts_with("err")), "{context}");
            return place - 1;
        }
    }
    0
}

#[test]
fn an_error_of_the_disk_during_an_append_leaves_nothing_of_it() {
    let calls = every_call(
        "failing::appending",
        EIO,
        false,
        |folder| fill(&folder.store(), "C", 1),
        |told, context| {
            // Once the disk is sound again the store is usable without being opened anew.
            assert!(told.iter().any(|line| line == "ack after"), "{context}");
        },
    );
    assert!(calls == 0 || calls > 20, "{calls} calls");
    tell(&format!("{calls} calls failed, one at a time, during two appends"));
}

#[test]
fn a_disk_that_is_full_from_some_moment_on_leaves_nothing_half_done() {
    let calls = every_call("failing::appending", ENOSPC, true, |folder| fill(&folder.store(), "C", 1), |_, _| {});
    assert!(calls == 0 || calls > 20, "{calls} calls");
    tell(&format!("{calls} calls failed, with all after them, during two appends and the end"));
}

#[test]
fn a_new_store_is_made_as_a_whole_or_can_be_made_again() {
    for (code, on) in [(EIO, false), (ENOSPC, true)] {
        let calls = every_call("failing::opening", code, on, |_| {}, |_, _| {});
        assert!(calls == 0 || calls > 20, "{calls} calls");
        tell(&format!("{calls} calls failed while a store was made"));
    }
}

#[test]
#[ignore = "it is what a child process does over a read-only disk"]
fn reading() {
    let Some(path) = path() else { return };
    report("open", SqliteStore::open(&path));
    match SqliteStore::open_read_only(&path) {
        Ok(store) => {
            store.verify().unwrap();
            tell(&format!("read {}", store.history(&case("C")).unwrap().len()));
            report("append", store.append(&append("C", 3, "changed")));
        }
        Err(error) => tell(&format!("err read {error}")),
    }
    tell("end");
}

#[test]
fn on_a_read_only_disk_a_store_can_be_read_and_says_why_it_cannot_be_written_to() {
    let Some(shim) = shim() else { return };
    let folder = Folder::new();
    fill(&folder.store(), "C", 3);
    let told = on_disk(shim, "failing::reading", &folder, &[("TOLLGATE_FAIL_OPEN", "1".to_owned())]);
    let refused = "cases.db` cannot be written to: the file or its folder is read-only";
    assert!(told[0].starts_with("err open `") && told[0].ends_with(refused), "{told:?}");
    assert_eq!(told[1], "read 3", "{told:?}");
    assert!(told[2].starts_with("err append `") && told[2].ends_with(refused), "{told:?}");
}
