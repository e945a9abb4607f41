//! What several subjects need: running a command in this process, and files in a temporary folder.
//!
//! It must not hold tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tollgate::cli::{Exit, Io, run};

/// What a command printed, and how it ended.
pub(crate) struct Ran {
    pub(crate) exit: Exit,
    pub(crate) out: String,
    pub(crate) err: String,
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
        let mut io = Io {
            out: &mut out,
            err: &mut err,
            out_is_terminal: false,
            err_is_terminal: false,
            width: 100,
            colour: false,
            language: "en".to_owned(),
            now: "2026-11-22T00:00:00Z".parse().unwrap(),
            quiet: false,
            interrupted,
        };
        run(std::iter::once("tollgate").chain(arguments.iter().copied()).map(Into::into), &mut io)
    };
    Ran { exit, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
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
