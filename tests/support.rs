//! What several subjects need: running a command in this process, and files in a temporary folder.
//!
//! It must not hold tests.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tollgate::cli::{Exit, Io, run};

/// What a command printed, and how it ended.
pub(crate) struct Ran {
    pub(crate) exit: Exit,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Numbers for choices, always the same for a seed: SplitMix64.
pub(crate) struct Choice(u64);

impl Choice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0xA076_1D64_78BD_642F))
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % end.max(1) as u64) as usize
    }

    /// True so many times of a hundred.
    pub(crate) fn often(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// Runs a command line as a user would, away from any terminal, at a fixed moment.
pub(crate) fn tollgate(arguments: &[&str]) -> Ran {
    let interrupted = AtomicBool::new(false);
    tollgate_until(arguments, &interrupted)
}

/// The same, with a flag that interrupts.
pub(crate) fn tollgate_until(arguments: &[&str], interrupted: &AtomicBool) -> Ran {
    let mut out = Vec::new();
    let mut err = Vec::new();
    let exit = {
        let mut io = away_from_terminals(&mut out, &mut err, interrupted);
        run(std::iter::once("tollgate").chain(arguments.iter().copied()).map(Into::into), &mut io)
    };
    Ran { exit, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
}

/// What a command is given: no terminal, and a fixed moment.
pub(crate) fn away_from_terminals<'a>(
    out: &'a mut (dyn Write + Send),
    err: &'a mut (dyn Write + Send),
    interrupted: &'a AtomicBool,
) -> Io<'a> {
    Io {
        out,
        err,
        out_is_terminal: false,
        err_is_terminal: false,
        width: 100,
        colour: false,
        language: "en".to_owned(),
        now: "2026-11-22T00:00:00Z".parse().unwrap(),
        quiet: false,
        interrupted,
    }
}

/// The words of a command; what stands between apostrophes is one.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for character in line.chars() {
        match character {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            other => words.last_mut().unwrap().push(other),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Runs chapters of the script that plays Lead-to-Cash, with a store; whether it worked, and what it printed.
pub(crate) fn lead_to_cash(chapters: &[&str], store: &str) -> (bool, String) {
    let ran = Command::new("sh")
        .arg(project("docs/lead-to-cash.sh"))
        .args(chapters)
        .env("TOLLGATE", env!("CARGO_BIN_EXE_tollgate"))
        .env("TOLLGATE_STORE", store)
        .env("LC_ALL", "C")
        .output()
        .unwrap();
    (ran.status.success(), [ran.stdout, ran.stderr].map(|printed| String::from_utf8(printed).unwrap()).concat())
}

/// The path of a file of the project.
pub(crate) fn project(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).to_string_lossy().into_owned()
}

/// A real data set of others, where it lies beside the project.
pub(crate) fn shared(file: &str) -> Option<String> {
    let folder = std::env::var("TOLLGATE_SHARED_DATA").unwrap_or_else(|_| project("../shared/data"));
    let path = format!("{folder}/{file}");
    if std::path::Path::new(&path).exists() {
        return Some(path);
    }
    // Written past the capture of test output on purpose: a skipped test must say so.
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "skipped: `{file}` is not beside the project");
    None
}

/// A folder of its own for a test; it goes when the test ends.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let path = std::env::temp_dir().join(format!("tollgate-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Writes a file and returns its path.
    pub(crate) fn file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path.to_string_lossy().into_owned()
    }

    /// The folder's own path.
    pub(crate) fn path(&self) -> String {
        self.0.to_string_lossy().into_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
