//! `tollgate explain`: a diagnostic's page.
//!
//! It must not know what a code means; its page does.

use super::io::{CommandError, Exit, Io};
use crate::diagnostic::{Area, Code, Severity, did_you_mean};
use clap::Args;

/// What to explain.
#[derive(Debug, Args)]
pub struct Explain {
    /// The code of a finding, such as `unknown-stage`; all codes are listed without it
    #[arg(value_name = "CODE")]
    code: Option<String>,
}

/// Prints the page of a code, or the list of codes.
pub(super) fn run(args: &Explain, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    let Some(name) = &args.code else {
        return list(io);
    };
    match name.parse::<Code>() {
        Ok(code) => {
            write!(io.out, "{}\n{}\n", code.explain(), severity(code))?;
            Ok(Exit::Clean)
        }
        Err(()) => {
            let help = did_you_mean(name, Code::ALL.iter().map(|code| code.name()));
            let help = help.unwrap_or_else(|| "`tollgate explain` lists all codes".to_owned());
            Err(CommandError::Message(format!("there is no code `{name}`; {help}")))
        }
    }
}

/// What a finding of a code weighs, and whether that can be changed.
fn severity(code: Code) -> String {
    let own = match code.severity() {
        Severity::Error => "an error",
        Severity::Warning => "a warning",
    };
    match (code.area(), code.is_adjustable()) {
        (Area::Record, _) => "It is about records, not files: `--fail-on` says what it means for a dry run.".to_owned(),
        (_, true) => format!(
            "It is {own}, unless `tollgate.yaml` says otherwise (`checks: {{{code}: off}}`), and can be ignored in its place by a comment \
             (`# tollgate: ignore[{code}] reason`)."
        ),
        (_, false) => format!("It is always {own}."),
    }
}

fn list(io: &mut Io<'_>) -> Result<Exit, CommandError> {
    let mut area: Option<Area> = None;
    for code in Code::ALL {
        if area.is_some_and(|area| area != code.area()) {
            writeln!(io.out)?;
        }
        area = Some(code.area());
        let meaning = code.explain().lines().skip(1).find(|line| !line.trim().is_empty()).unwrap_or("");
        let severity = match (code.severity(), code.is_adjustable()) {
            (Severity::Error, false) => "error",
            (Severity::Error, true) => "error*",
            (Severity::Warning, false) => "warning",
            (Severity::Warning, true) => "warning*",
        };
        writeln!(io.out, "{:<24} {severity:<8} {meaning}", code.name())?;
    }
    writeln!(io.out, "\n* can be changed in `tollgate.yaml`, and ignored by a comment")?;
    Ok(Exit::Clean)
}
