//! The tollgate binary.
//!
//! It must not hold logic: arguments in, exit code out.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use tollgate::cli::{Io, run};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Set by the first interrupt; a command stops at the next place where its output is whole.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

fn main() -> ExitCode {
    // Without a handler an interrupt ends the process at once, which is no reason not to start.
    let _ = ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::Relaxed));
    let mut out = std::io::BufWriter::with_capacity(1 << 16, std::io::stdout());
    let mut err = std::io::stderr();
    let out_is_terminal = std::io::stdout().is_terminal();
    let err_is_terminal = err.is_terminal();
    let colour =
        std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let mut io = Io {
        out: &mut out,
        err: &mut err,
        out_is_terminal,
        err_is_terminal,
        width: terminal_width(),
        colour,
        language: locale.filter(|locale| locale.starts_with("zh")).map_or("en", |_| "zh").to_owned(),
        now: std::time::SystemTime::now().into(),
        quiet: false,
        interrupted: &INTERRUPTED,
    };
    let exit = run(std::env::args_os(), &mut io);
    // A closed pipe is not worth a word; everything else was reported where it happened.
    let _ = out.flush();
    ExitCode::from(exit.code())
}

/// The width of the terminal in columns; 100 where there is none.
fn terminal_width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))).filter(|width| *width >= 20).unwrap_or(100)
}
