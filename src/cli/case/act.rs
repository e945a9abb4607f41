//! The subcommands that ask something of one case: each becomes a command of the case.
//!
//! It must not know what comes of it.

use super::start::{Assignment, assignment, values};
use super::{ActArgs, case_id, service, settle, tell, user};
use crate::case::Command;
use crate::case::approval::{Choice, Delegation, Place};
use crate::cli::io::{CommandError, Exit, Io};
use crate::names::{
    ActivityId, CaseId, CriterionId, DeliverableId, GateId, LevelId, NameError, ObligationId, OutcomeId, RoleId, StageId, UserId,
};
use crate::service::{Case, ServiceError};
use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};
use std::sync::Arc;

/// Something that is asked of a case.
pub(super) trait Asks {
    /// Who asks, of which case, and where it is kept.
    fn on(&self) -> &On;
    /// What is asked.
    fn command(&self, case: &Case, now: DateTime<Utc>) -> Result<Command, CommandError>;
}

/// A case, and who does something with it.
#[derive(Debug, Args)]
pub(super) struct On {
    /// The case
    #[arg(value_name = "CASE", value_parser = case_id)]
    case: CaseId,
    #[command(flatten)]
    act: ActArgs,
}

/// Carries out what is asked, and tells what happened.
pub(super) fn run(args: &impl Asks, io: &mut Io<'_>) -> Result<Exit, CommandError> {
    let on = args.on();
    let store = on.act.at.open(false)?;
    let service = service(&store);
    let now = on.act.at.now.unwrap_or(io.now);
    let format = on.act.at.format;
    let case = match service.open(&on.case) {
        Ok(case) => case,
        Err(error) => return settle(Err(error), format, io),
    };
    let command = args.command(&case, now)?;
    let done = match service.carry_out(&on.case, &command, now, &on.act.actor(), on.act.key.as_ref()) {
        Ok(done) => done,
        Err(error) => return settle(Err::<Exit, ServiceError>(error), format, io),
    };
    tell::done(&service, &done, now, format, io)?;
    Ok(Exit::Clean)
}

/// `tollgate case update`.
#[derive(Debug, Args)]
pub(super) struct Update {
    #[command(flatten)]
    on: On,
    /// A field and its new value; nothing after the `=` clears it
    #[arg(long = "set", value_name = "FIELD=VALUE", required = true, value_parser = assignment)]
    set: Vec<Assignment>,
    /// Change a locked value; the gate that locked it has to decide again
    #[arg(long)]
    reopen: bool,
}

/// `tollgate case complete`.
#[derive(Debug, Args)]
pub(super) struct Complete {
    #[command(flatten)]
    on: On,
    /// The activity
    #[arg(value_name = "ACTIVITY", value_parser = name(ActivityId::parse))]
    activity: ActivityId,
    /// The stage, where several active ones have such an activity
    #[arg(long, value_name = "STAGE", value_parser = name(StageId::parse))]
    stage: Option<StageId>,
    /// Where the document that it produces is kept
    #[arg(long, value_name = "WHERE")]
    reference: Option<String>,
}

/// `tollgate case attach`.
#[derive(Debug, Args)]
pub(super) struct Attach {
    #[command(flatten)]
    on: On,
    /// The document
    #[arg(value_name = "DOCUMENT", value_parser = name(DeliverableId::parse))]
    deliverable: DeliverableId,
    /// Where it is kept
    #[arg(long, value_name = "WHERE")]
    reference: Option<String>,
}

/// A gate of a case.
#[derive(Debug, Args)]
pub(super) struct AtGate {
    #[command(flatten)]
    on: On,
    /// The gate
    #[arg(value_name = "GATE", value_parser = name(GateId::parse))]
    gate: GateId,
}

/// `tollgate case submit`.
#[derive(Debug, Args)]
pub(super) struct Submit {
    #[command(flatten)]
    at: AtGate,
    /// The outcome that is chosen, or asked for where people approve; there the first one, without it
    #[arg(long, value_name = "OUTCOME", value_parser = name(OutcomeId::parse))]
    outcome: Option<OutcomeId>,
    /// A condition that comes with the outcome
    #[arg(long = "condition", value_name = "TEXT")]
    conditions: Vec<String>,
}

/// `tollgate case decide`.
#[derive(Debug, Args)]
pub(super) struct Decide {
    #[command(flatten)]
    at: AtGate,
    /// The vote
    #[arg(value_enum, value_name = "VOTE")]
    vote: Vote,
    /// For whom, where somebody has delegated it
    #[arg(long = "for", value_name = "USER", value_parser = user)]
    for_user: Option<UserId>,
    /// With a rejection: the outcome that the gate has then
    #[arg(long, value_name = "OUTCOME", value_parser = name(OutcomeId::parse))]
    outcome: Option<OutcomeId>,
    /// What to say about it
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
}

/// A vote.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Vote {
    /// Yes
    Approve,
    /// No
    Reject,
    /// Neither
    Abstain,
}

/// `tollgate case add-signer`.
#[derive(Debug, Args)]
pub(super) struct AddSigner {
    #[command(flatten)]
    at: AtGate,
    /// Who signs as well
    #[arg(value_name = "USER", value_parser = user)]
    signer: UserId,
    /// Ask for the signature after the votes of the step, not before
    #[arg(long)]
    after: bool,
}

/// `tollgate case transfer`.
#[derive(Debug, Args)]
pub(super) struct Transfer {
    #[command(flatten)]
    at: AtGate,
    /// To whom
    #[arg(value_name = "USER", value_parser = user)]
    to: UserId,
}

/// `tollgate case recall`.
#[derive(Debug, Args)]
pub(super) struct Recall {
    #[command(flatten)]
    at: AtGate,
}

/// `tollgate case escalate`.
#[derive(Debug, Args)]
pub(super) struct Escalate {
    #[command(flatten)]
    at: AtGate,
}

/// `tollgate case waive`.
#[derive(Debug, Args)]
pub(super) struct Waive {
    #[command(flatten)]
    at: AtGate,
    /// The criterion
    #[arg(value_name = "CRITERION", value_parser = name(CriterionId::parse))]
    criterion: CriterionId,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// `tollgate case owe`.
#[derive(Debug, Args)]
pub(super) struct Owe {
    #[command(flatten)]
    on: On,
    /// What is owed
    #[arg(value_name = "OBLIGATION", value_parser = name(ObligationId::parse))]
    obligation: ObligationId,
    /// By when
    #[arg(long, value_name = "MOMENT", value_parser = crate::cli::inputs::moment)]
    due: Option<DateTime<Utc>>,
}

/// `tollgate case clear`.
#[derive(Debug, Args)]
pub(super) struct Clear {
    #[command(flatten)]
    on: On,
    /// What was owed
    #[arg(value_name = "OBLIGATION", value_parser = name(ObligationId::parse))]
    obligation: ObligationId,
    /// How that is shown
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
}

/// `tollgate case meet`.
#[derive(Debug, Args)]
pub(super) struct Meet {
    #[command(flatten)]
    at: AtGate,
    /// The condition, from 1
    #[arg(value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    condition: u32,
}

/// `tollgate case resume`.
#[derive(Debug, Args)]
pub(super) struct Resume {
    #[command(flatten)]
    at: AtGate,
}

/// `tollgate case reassign`.
#[derive(Debug, Args)]
pub(super) struct Reassign {
    #[command(flatten)]
    on: On,
    /// The role
    #[arg(value_name = "ROLE", value_parser = name(RoleId::parse))]
    role: RoleId,
    /// Who holds it from now on; the workflow finds them again, without it
    #[arg(long = "to", value_name = "USER", value_parser = user)]
    to: Vec<UserId>,
}

/// `tollgate case delegate`.
#[derive(Debug, Args)]
pub(super) struct Delegate {
    #[command(flatten)]
    on: On,
    /// Who decides in one's place
    #[arg(value_name = "USER", value_parser = user)]
    to: UserId,
    /// Until when
    #[arg(long, value_name = "MOMENT", value_parser = crate::cli::inputs::moment, required_unless_present = "end")]
    until: Option<DateTime<Utc>>,
    /// From when on; now, without it
    #[arg(long, value_name = "MOMENT", value_parser = crate::cli::inputs::moment)]
    from: Option<DateTime<Utc>>,
    /// For one role only
    #[arg(long, value_name = "ROLE", value_parser = name(RoleId::parse))]
    role: Option<RoleId>,
    /// At one gate only
    #[arg(long, value_name = "GATE", value_parser = name(GateId::parse))]
    gate: Option<GateId>,
    /// Up to one level of authority only
    #[arg(long, value_name = "LEVEL", value_parser = name(LevelId::parse))]
    limit: Option<LevelId>,
    /// Let the other one hand it on
    #[arg(long)]
    transitive: bool,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// End the delegation instead
    #[arg(long, conflicts_with_all = ["until", "from", "role", "gate", "limit", "transitive"])]
    end: bool,
}

/// `tollgate case comment`.
#[derive(Debug, Args)]
pub(super) struct Comment {
    #[command(flatten)]
    on: On,
    /// What to say
    #[arg(value_name = "TEXT")]
    text: String,
}

/// `tollgate case cancel`.
#[derive(Debug, Args)]
pub(super) struct Cancel {
    #[command(flatten)]
    on: On,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

macro_rules! asks {
    ($($args:ty, |$this:ident, $case:ident, $now:ident| $on:expr => $command:expr;)*) => {$(
        impl Asks for $args {
            fn on(&self) -> &On {
                let $this = self;
                $on
            }

            fn command(&self, $case: &Case, $now: DateTime<Utc>) -> Result<Command, CommandError> {
                let ($this, _) = (self, ($case, $now));
                Ok($command)
            }
        }
    )*};
}

asks! {
    Update, |this, case, now| &this.on => Command::Update { fields: values(&case.workflow, &this.set)?, reopen: this.reopen };
    Complete, |this, case, now| &this.on => Command::Complete {
        activity: this.activity.clone(),
        stage: this.stage.clone(),
        reference: text(this.reference.as_ref()),
    };
    Attach, |this, case, now| &this.on =>
        Command::Attach { deliverable: this.deliverable.clone(), reference: text(this.reference.as_ref()) };
    Submit, |this, case, now| &this.at.on => Command::Submit {
        gate: this.at.gate.clone(),
        outcome: this.outcome.clone(),
        conditions: this.conditions.iter().map(|text| Arc::from(text.as_str())).collect(),
    };
    Decide, |this, case, now| &this.at.on => Command::Vote {
        gate: this.at.gate.clone(),
        for_user: this.for_user.clone(),
        choice: match this.vote {
            Vote::Approve => Choice::Approve,
            Vote::Reject => Choice::Reject,
            Vote::Abstain => Choice::Abstain,
        },
        outcome: this.outcome.clone(),
        comment: text(this.comment.as_ref()),
    };
    AddSigner, |this, case, now| &this.at.on => Command::AddSigner {
        gate: this.at.gate.clone(),
        user: this.signer.clone(),
        place: if this.after { Place::After } else { Place::Before },
    };
    Transfer, |this, case, now| &this.at.on => Command::Transfer { gate: this.at.gate.clone(), to: this.to.clone() };
    Recall, |this, case, now| &this.at.on => Command::Recall { gate: this.at.gate.clone() };
    Escalate, |this, case, now| &this.at.on => Command::Escalate { gate: this.at.gate.clone() };
    Waive, |this, case, now| &this.at.on => Command::Waive {
        gate: this.at.gate.clone(),
        criterion: this.criterion.clone(),
        reason: Arc::from(this.reason.as_str()),
    };
    Owe, |this, case, now| &this.on => Command::Owe { obligation: this.obligation.clone(), due: this.due };
    Clear, |this, case, now| &this.on => Command::Clear { obligation: this.obligation.clone(), comment: text(this.comment.as_ref()) };
    Meet, |this, case, now| &this.at.on => Command::Meet { gate: this.at.gate.clone(), condition: this.condition as usize - 1 };
    Resume, |this, case, now| &this.at.on => Command::Resume { gate: this.at.gate.clone() };
    Reassign, |this, case, now| &this.on => Command::Reassign { role: this.role.clone(), to: this.to.clone() };
    Delegate, |this, case, now| &this.on => match this.until {
        Some(ends) if !this.end => Command::Delegate(Delegation {
            from: this.on.act.user.clone(),
            to: this.to.clone(),
            role: this.role.clone(),
            gate: this.gate.clone(),
            limit: this.limit.clone(),
            starts: this.from.unwrap_or(now),
            ends,
            transitive: this.transitive,
            reason: text(this.reason.as_ref()),
        }),
        _ => Command::EndDelegation { to: this.to.clone() },
    };
    Comment, |this, case, now| &this.on => Command::Comment { text: Arc::from(this.text.as_str()) };
    Cancel, |this, case, now| &this.on => Command::Cancel { reason: Arc::from(this.reason.as_str()) };
}

fn text(text: Option<&String>) -> Option<Arc<str>> {
    text.map(|text| Arc::from(text.as_str()))
}

/// A parser of names for arguments.
pub(in crate::cli) fn name<T: Clone + Send + Sync + 'static>(
    parse: fn(&str) -> Result<T, NameError>,
) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static {
    move |text| parse(text).map_err(|error| error.to_string())
}
