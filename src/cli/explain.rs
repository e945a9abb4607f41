//! `tollgate explain`: a diagnostic's page.
//!
//! It must not know what a code means; its page does.

use super::io::{CommandError, Exit, Io};
use crate::diagnostic::{Area, Code, did_you_mean};
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
            write!(io.out, "{}", code.explain())?;
            Ok(Exit::Clean)
        }
        Err(()) => {
            let help = did_you_mean(name, Code::ALL.iter().map(|code| code.name()));
            let help = help.unwrap_or_else(|| "`tollgate explain` lists all codes".to_owned());
            Err(CommandError::Message(format!("there is no code `{name}`; {help}")))
        }
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
        writeln!(io.out, "{:<24} {meaning}", code.name())?;
    }
    Ok(Exit::Clean)
}
