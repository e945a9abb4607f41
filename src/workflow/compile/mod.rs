//! From documents to a workflow: names are resolved, rules parsed and checked, tables read.
//!
//! It must not stop at the first finding; only a workflow without errors is made.

mod approvals;
mod digest;
mod echoes;
mod effects;
mod gates;
mod records;
mod roles;
mod scorecards;
mod stages;
mod tables;

pub(super) use digest::Digest;

use super::graph::{Graph, Net};
use super::{Demanded, Ignores, Parts, Workflow, checks};
use crate::calendar::{Calendar, Term};
use crate::diagnostic::{Area, Code, Diagnostic, Diagnostics, Settings, Warned, did_you_mean};
use crate::document::{CalendarDoc, Documents, Entries, FieldDoc, Resolved, RuleDoc, TypeDoc, removal, resolve};
use crate::names::{FieldName, RoleId, WorkflowId};
use crate::record::{Field, FieldType, ObjectType, RecordType};
use crate::script::{Environment, Expected, RuleId, Rules, Shapes, Unit, check};
use crate::source::{SourceId, Sources, Span, Spanned};
use indexmap::IndexMap;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// A workflow as it was found, before the user's wishes are heard, and what was looked at: as long as that stays the same, so does this.
#[derive(Debug)]
pub struct Examined {
    /// The workflow, unless something was found that none can be made with. Whether it may be used depends on the findings.
    pub workflow: Option<Workflow>,
    /// All findings, each of its code's own severity.
    pub found: Diagnostics,
    /// Every file that took part, the workflow's own first.
    pub sources: Vec<SourceId>,
    /// The CSV files of tables, by the place that names them.
    pub tables: HashMap<Span, SourceId>,
    /// The paths that were looked for and are not there, or cannot be read.
    pub missing: Vec<String>,
    /// The name of the workflow, as far as it could be read.
    pub name: Option<WorkflowId>,
}

/// The only way to a [`Workflow`]: compiles the workflow whose file is `entry`, with everything that it uses from `sources`.
///
/// # Errors
/// All findings, when at least one of them is an error. Warnings alone come with the workflow.
pub fn compile(sources: &Sources, entry: SourceId) -> Result<Warned<Workflow>, Diagnostics> {
    compile_with(sources, entry, &Settings::default())
}

/// The same with the user's wishes: an error that is lowered, turned off or ignored by a comment does not stand in the way.
///
/// # Errors
/// All findings, when at least one of them is an error to the user.
pub fn compile_with(sources: &Sources, entry: SourceId, settings: &Settings) -> Result<Warned<Workflow>, Diagnostics> {
    let examined = examine(sources, &Documents::new(), entry, settings);
    let mut ignores = Ignores::read(sources, examined.sources.iter().copied(), &mut Diagnostics::new());
    ignores.name(&examined.tables);
    let found = ignores.adjust(examined.found, |_| settings).found;
    match examined.workflow {
        Some(value) if !found.has_errors() => Ok(Warned { value, warnings: found }),
        _ => Err(found),
    }
}

/// Everything that is found in a workflow, and the workflow if there can be one. Severities and comments are left to the caller, who
/// must not use a workflow with errors. Documents that were read already are not read again.
#[must_use]
pub fn examine(sources: &Sources, documents: &Documents, entry: SourceId, settings: &Settings) -> Examined {
    let mut diagnostics = Diagnostics::new();
    let resolved = resolve(sources, documents, entry, &mut diagnostics);
    let workflow = Compiler::new(sources, &resolved, &mut diagnostics).run(Some(settings));
    let mut found = echoes::without(diagnostics, resolved.partial);
    found.sort(sources);
    let unusable = found.iter().any(holds_up);
    let name = resolved.file.workflow.as_ref().map(|name| name.value.clone());
    let Resolved { sources, tables, missing, .. } = resolved;
    Examined { workflow: workflow.filter(|_| !unusable), found, sources, tables, missing, name }
}

/// Compiles a workflow that was examined before, without looking for what is wrong with its process, its people, its tables and the
/// conditions of its rules: that takes the most time, and finds what it found before. Whether it was good enough to be used was weighed
/// then. It is meant for texts that were kept with their digest, and whoever calls it compares the digests.
///
/// The workflow is the one that [`examine`] makes of these texts: names are resolved, rules parsed and typed, tables read.
///
/// # Errors
/// What was found, where no workflow can be made: these are not the texts that were examined, or this program reads them otherwise.
pub fn compile_checked(sources: &Sources, documents: &Documents, entry: SourceId) -> Result<Workflow, Diagnostics> {
    let mut diagnostics = Diagnostics::new();
    let resolved = resolve(sources, documents, entry, &mut diagnostics);
    let workflow = Compiler::new(sources, &resolved, &mut diagnostics).run(None);
    match workflow {
        Some(workflow) if !diagnostics.iter().any(holds_up) => Ok(workflow),
        _ => {
            let mut found = echoes::without(diagnostics, resolved.partial);
            found.sort(sources);
            Err(found)
        }
    }
}

/// Whether no workflow can be made with it, whatever the user's wishes are.
fn holds_up(finding: &Diagnostic) -> bool {
    finding.is_error() && !finding.code.is_adjustable()
}

/// What one compilation collects on its way.
pub(super) struct Compiler<'a> {
    sources: &'a Sources,
    resolved: &'a Resolved,
    diagnostics: &'a mut Diagnostics,
    unit: Unit,
    used: UsedNames,
}

/// Names that something refers to; the others are reported as unused.
#[derive(Default)]
pub(super) struct UsedNames {
    pub(super) roles: BTreeSet<String>,
    pub(super) tables: BTreeSet<String>,
    pub(super) scorecards: BTreeSet<String>,
    pub(super) records: BTreeSet<String>,
    pub(super) calendars: BTreeSet<String>,
}

impl<'a> Compiler<'a> {
    fn new(sources: &'a Sources, resolved: &'a Resolved, diagnostics: &'a mut Diagnostics) -> Self {
        Self { sources, resolved, diagnostics, unit: Unit::new(), used: UsedNames::default() }
    }

    /// The workflow, as far as one can be made. With settings, what makes no difference to it but may be wrong is looked for, too.
    fn run(mut self, checks: Option<&Settings>) -> Option<Workflow> {
        let file = &self.resolved.file;
        for script in &self.resolved.scripts {
            self.unit.add_script(self.sources, *script, self.diagnostics);
        }
        let records = self.records();
        let record = self.main_record(&records);
        let case_type = self.case_type();
        let tables = self.table_rules();
        let scorecards = self.scorecard_rules();
        let roles = self.roles();
        let groups = self.groups();
        let stages = self.stages(record.as_deref());
        let gates = self.gates(record.as_deref(), &records, &stages, &tables);
        let calendar = self.calendar();
        let readable = !file.records.is_partial() && !file.records.iter().any(|(_, record)| has_unread_fields(&record.fields));
        let unread = self.diagnostics.iter().any(|found| found.is_error() && found.code.area() == Area::File) || self.resolved.partial;
        let checkable = record.as_ref().filter(|_| readable && !unread);
        let environment = checkable.map(|record| self.environment(record, &case_type, &records));
        let checked = environment.as_ref().map(|environment| check(&self.unit, environment, self.diagnostics)).unwrap_or_default();
        self.used.tables.extend(checked.tables.iter().map(ToString::to_string));
        self.used.scorecards.extend(checked.scorecards.iter().map(ToString::to_string));
        self.used.records.extend(checked.records.iter().map(ToString::to_string));
        let tables = self.tables(tables, &checked);
        let scorecards = self.scorecards(scorecards, &checked);
        self.levels(&tables);
        let net = Net::new(&stages, &gates);
        if checks.is_some() {
            checks::run(self.resolved, &stages, &gates, &net, &self.used, self.diagnostics);
        }
        if let (Some(record), Some(settings)) = (&record, checks) {
            checks::people(self.resolved, record, (&stages, &gates), &tables, settings.absences(), self.diagnostics);
        }
        let digest = Digest::new(self.resolved, self.sources);
        let field_titles = record.as_ref().map(|record| self.field_titles(record)).unwrap_or_default();
        let rules = Rules::new(self.unit, record.as_ref()?.name().clone());
        if rules.is_none() && !self.diagnostics.has_errors() {
            let message = format!("the rules of this workflow have more than {} lines together", crate::script::MAX_LINES);
            self.diagnostics.push(Diagnostic::new(Code::FileTooLarge, file.place?, message));
        }
        let rules = rules?;
        checks::cycles(&rules, &tables, &scorecards, self.diagnostics);
        if let (Some(environment), Some(_)) = (&environment, checks) {
            let parts = checks::Parts { rules: &rules, environment, gates: &gates, tables: &tables, scorecards: &scorecards };
            checks::conditions(&parts, self.diagnostics);
        }
        if let Some(record) = record.as_deref().filter(|_| checks.is_some() && !self.diagnostics.has_errors()) {
            let by_name = |name: &str| records.get(name).cloned();
            let shapes = Shapes { record, case: &case_type, records: &by_name };
            let parts = Parts { roles: &roles, tables: &tables, scorecards: &scorecards };
            checks::missing(&Demanded::new(&rules, shapes, &stages, &gates, parts), &stages, &gates, self.diagnostics);
        }
        let workflow = Workflow {
            id: file.workflow.as_ref()?.value.clone(),
            title: file.title.clone(),
            digest,
            field_titles,
            record: record?,
            records,
            case_type,
            roles,
            groups,
            stages,
            gates,
            scorecards,
            tables,
            calendar: Arc::new(calendar?),
            rules,
            graph: Graph::new(net),
            document: Arc::clone(file),
            sources: self.resolved.sources.clone(),
        };
        if checks.is_some() {
            checks::run_on_answers(&workflow, self.diagnostics);
        }
        Some(workflow)
    }

    /// What rules can name.
    fn environment<'e>(
        &mut self,
        record: &'e RecordType,
        case: &'e Arc<ObjectType>,
        records: &IndexMap<crate::names::RecordName, Arc<RecordType>>,
    ) -> Environment<'e> {
        let file = &self.resolved.file;
        Environment {
            record,
            case,
            records: records.iter().map(|(name, record)| (Arc::from(name.as_str()), Arc::clone(record))).collect(),
            scorecards: file
                .scorecards
                .iter()
                .map(|(name, card)| {
                    let grades = card.grades.iter().map(|(grade, _)| Arc::from(grade.value.as_str()));
                    (Arc::from(name.value.as_str()), if card.grades.is_partial() { Arc::from([]) } else { grades.collect() })
                })
                .collect(),
            complete: !self.may_hide(file.scorecards.is_partial() || file.tables.is_partial()),
            tables: self.table_results(),
        }
    }

    /// What expressions can read of `case`. Its texts are closed sets, so that a rule which asks for a stage, a deliverable or an
    /// obligation that is not there is found; unless a part of the files could not be read, which may hold it.
    fn case_type(&self) -> Arc<ObjectType> {
        let file = &self.resolved.file;
        let gates = || file.gates.iter().map(|(_, gate)| gate);
        let whole = !self.may_hide(file.stages.is_partial() || file.gates.is_partial() || gates().any(|gate| gate.outcomes.is_partial()));
        let one_of = |names: BTreeSet<&str>| match whole {
            true => FieldType::Enum(names.into_iter().map(Arc::from).collect()),
            false => FieldType::Text,
        };
        let stages = one_of(file.stages.iter().map(|(name, _)| name.value.as_str()).collect());
        let activities = file.stages.iter().flat_map(|(_, stage)| stage.activities.iter());
        let deliverables = one_of(activities.filter_map(|(_, activity)| Some(activity.deliverable.as_ref()?.value.as_str())).collect());
        let owed = gates().flat_map(|gate| gate.outcomes.iter()).flat_map(|(_, outcome)| outcome.obligations.iter());
        let obligations = one_of(owed.map(|(name, _)| name.value.as_str()).collect());
        let fields = [
            ("stage", stages.clone()),
            ("stages", FieldType::List(Arc::new(stages))),
            ("since", FieldType::DateTime),
            ("days_in_stage", FieldType::Int),
            ("submitted", FieldType::DateTime),
            ("deliverables", FieldType::List(Arc::new(deliverables))),
            ("obligations", FieldType::List(Arc::new(obligations))),
            ("open_children", FieldType::List(Arc::new(FieldType::Text))),
        ];
        let fields = fields.into_iter().filter_map(|(name, field_type)| Some((FieldName::parse(name).ok()?, Field::new(field_type))));
        Arc::new(ObjectType::new(fields.collect()))
    }

    fn report(&mut self, code: Code, span: Span, message: impl Into<String>, help: Option<String>) {
        self.diagnostics.push(Diagnostic::new(code, span, message).maybe_help(help));
    }

    /// Reports an item of a list that is there already; it can go.
    fn report_twice(&mut self, span: Span, message: String) {
        let removed = removal(self.sources, span);
        self.diagnostics.push(Diagnostic::new(Code::NoEffect, span, message).help("list it once").maybe_removal(removed));
    }

    fn rule(&mut self, rule: &RuleDoc, expected: Expected) -> RuleId {
        self.unit.add_rule(&rule.text, rule.map.clone(), rule.span, expected, self.diagnostics)
    }

    /// Whether a name that is not found may stand in something that could not be read.
    fn may_hide(&self, partial: bool) -> bool {
        partial || self.resolved.partial
    }

    /// The place of a text without its quotes, so that places inside of it are exact.
    fn inside(&self, text: &Spanned<Arc<str>>) -> Span {
        let written = self.sources.text(text.span);
        let quoted = written.len() == text.value.len() + 2 && written.starts_with(['"', '\'']);
        if quoted { text.span.within(1, written.len() - 1) } else { text.span }
    }

    /// Notes that a role is used and reports it when it does not exist.
    fn role(&mut self, role: &Spanned<RoleId>) {
        self.used.roles.insert(role.value.as_str().to_owned());
        let names: Vec<&str> = self.resolved.file.roles.iter().map(|(name, _)| name.value.as_str()).collect();
        if !names.contains(&role.value.as_str()) && !self.may_hide(self.resolved.file.roles.is_partial()) {
            self.report(
                Code::UnknownRole,
                role.span,
                format!("there is no role `{}`", role.value),
                did_you_mean(role.value.as_str(), names),
            );
        }
    }

    fn role_ids(&mut self, roles: &[Spanned<RoleId>]) -> Vec<RoleId> {
        roles
            .iter()
            .map(|role| {
                self.role(role);
                role.value.clone()
            })
            .collect()
    }

    fn term(&mut self, text: &Spanned<Arc<str>>) -> Option<Term> {
        match Term::parse(&text.value) {
            Ok(term) => Some(term),
            Err(error) => {
                self.report(Code::InvalidValue, text.span, error.message, Some(error.help));
                None
            }
        }
    }

    fn maybe_term(&mut self, text: Option<&Spanned<Arc<str>>>) -> Option<Term> {
        text.and_then(|text| self.term(text))
    }

    /// The calendar of the workflow: the one it names, the only one there is, or the default.
    fn calendar(&mut self) -> Option<Calendar> {
        let file = &self.resolved.file;
        let calendars: HashMap<&str, &CalendarDoc> =
            file.calendars.iter().map(|(name, calendar)| (name.value.as_str(), calendar)).collect();
        let mut compiled: HashMap<&str, Option<Calendar>> = HashMap::new();
        for (name, calendar) in &calendars {
            compiled.insert(name, self.compiled_calendar(calendar));
        }
        match (&file.calendar, file.calendars.len()) {
            (Some(name), _) => {
                self.used.calendars.insert(name.value.as_str().to_owned());
                let found = compiled.remove(name.value.as_str());
                if found.is_none() && !self.may_hide(file.calendars.is_partial()) {
                    let help = did_you_mean(name.value.as_str(), file.calendars.iter().map(|(name, _)| name.value.as_str()));
                    self.report(Code::UnknownCalendar, name.span, format!("there is no calendar `{}`", name.value), help);
                }
                found.flatten()
            }
            (None, 1) => {
                self.used.calendars.extend(calendars.keys().map(|name| (*name).to_owned()));
                compiled.into_values().next().flatten()
            }
            (None, _) => Some(Calendar::default()),
        }
    }

    fn compiled_calendar(&mut self, doc: &CalendarDoc) -> Option<Calendar> {
        let mut builder = Calendar::builder();
        if !doc.weekdays.is_empty() {
            builder = builder.weekdays(doc.weekdays.iter().map(|day| day.value));
        }
        if !doc.hours.is_empty() {
            builder = builder.hours(doc.hours.iter().map(|hours| hours.value));
        }
        if let Some(zone) = &doc.zone {
            match zone.value.parse::<chrono_tz::Tz>() {
                Ok(zone) => builder = builder.zone(zone),
                Err(_) => {
                    let help = Some("zones are written like `Asia/Shanghai` or `UTC`".to_owned());
                    self.report(Code::InvalidValue, zone.span, format!("`{}` is not a time zone", zone.value), help);
                    return None;
                }
            }
        }
        builder = builder.holidays(doc.holidays.iter().map(|day| day.value)).working(doc.working.iter().map(|day| day.value));
        match builder.finish() {
            Ok(calendar) => Some(calendar),
            Err(error) => {
                // What contradicts something else is the place; the error itself does not know places.
                let both = doc.working.iter().find(|day| doc.holidays.iter().any(|holiday| holiday.value == day.value));
                let place = both.map(|day| day.span).or(doc.hours.last().map(|hours| hours.span)).unwrap_or(doc.span);
                self.report(Code::InvalidValue, place, error.to_string(), None);
                None
            }
        }
    }
}

/// Whether a field of a record type, or of an object in it, could not be read.
fn has_unread_fields(fields: &Entries<crate::names::FieldName, FieldDoc>) -> bool {
    let inner = |field: &FieldDoc| matches!(&field.field_type, TypeDoc::Object(inner) if has_unread_fields(inner));
    fields.is_partial() || fields.iter().any(|(_, field)| inner(field))
}
