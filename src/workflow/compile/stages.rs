//! Compiles stages, their needs and deadlines.
//!
//! It must not look at gates.

use super::Compiler;
use crate::calendar::Term;
use crate::diagnostic::{Code, did_you_mean};
use crate::document::StageDoc;
use crate::names::{DeliverableId, FieldPath, StageId};
use crate::record::{FieldType, RecordType};
use crate::script::Expected;
use crate::source::Spanned;
use crate::workflow::{Activity, Deadline, Need, Stage};
use indexmap::IndexMap;
use std::sync::Arc;

impl Compiler<'_> {
    pub(super) fn stages(&mut self, record: Option<&RecordType>) -> IndexMap<StageId, Stage> {
        let file = &self.resolved.file;
        let mut stages = IndexMap::new();
        for (name, stage) in file.stages.iter() {
            let group = stage.group.as_ref().filter(|group| self.group_named(group)).map(|group| group.value.clone());
            if let Some(lead) = &stage.lead {
                self.role(lead);
            }
            let support = self.role_ids(&stage.support);
            let mut needs = self.needs(&stage.needs, record);
            let mut activities = IndexMap::new();
            for (id, activity) in stage.activities.iter() {
                if let Some(role) = &activity.role {
                    self.role(role);
                } else {
                    let help = Some("name who does it: `role: ..`".to_owned());
                    self.report(Code::ActivityWithoutRole, activity.span, format!("nobody does the activity `{}`", id.value), help);
                }
                let deliverable = activity.deliverable.as_ref().map(|deliverable| deliverable.value.clone());
                if let (Some(deliverable), false) = (&deliverable, activity.optional) {
                    let need = Need::Deliverable(deliverable.clone());
                    if !needs.contains(&need) {
                        needs.push(need);
                    }
                }
                let compiled = Activity {
                    title: activity.title.clone(),
                    role: activity.role.as_ref().map(|role| role.value.clone()),
                    helps: self.role_ids(&activity.helps),
                    informs: self.role_ids(&activity.informs),
                    deliverable,
                    optional: activity.optional,
                };
                activities.insert(id.value.clone(), compiled);
            }
            let deadline = match (&stage.within, &stage.due) {
                (Some(within), _) => self.deadline(within, record),
                (None, Some(due)) => Some(Deadline::By(self.rule(due, Expected::Moment))),
                (None, None) => None,
            };
            let pauses = self.pauses(name, stage, deadline.as_ref());
            let compiled = Stage {
                id: name.value.clone(),
                title: stage.title.clone(),
                start: stage.start,
                end: stage.end.as_ref().map(|end| Arc::clone(&end.value)),
                group,
                lead: stage.lead.as_ref().map(|lead| lead.value.clone()),
                support,
                deadline,
                pauses,
                needs,
                activities,
                span: name.span,
            };
            stages.insert(name.value.clone(), compiled);
        }
        stages
    }

    /// The stages in which the time of a stage stands still.
    fn pauses(&mut self, of: &Spanned<StageId>, stage: &StageDoc, deadline: Option<&Deadline>) -> Vec<StageId> {
        let mut found: Vec<StageId> = Vec::new();
        let Some(first) = stage.pause.first() else { return found };
        if stage.within.is_none() || matches!(deadline, Some(Deadline::Before(..) | Deadline::After(..))) {
            let help = Some("it holds up a term that counts from the arrival, such as `within: 5 working days`".to_owned());
            self.report(Code::NoEffect, first.span, "`pause` has no effect here: no time runs that could stand still", help);
            return found;
        }
        for name in &stage.pause {
            let known = self.resolved.file.stages.iter().find(|(known, _)| known.value == name.value);
            match known {
                None => self.report_unknown_stage(name),
                Some(_) if name.value == of.value => {
                    self.report(Code::NoEffect, name.span, "the time of a stage does not stand still in the stage itself", None);
                }
                Some((_, doc)) if doc.end.is_some() => {
                    let message = format!("no time stands still in `{}`, where cases end", name.value);
                    self.report(Code::NoEffect, name.span, message, None);
                }
                Some(_) if found.contains(&name.value) => {
                    self.report_twice(name.span, format!("the stage `{}` is listed twice", name.value));
                }
                Some(_) => found.push(name.value.clone()),
            }
        }
        found
    }

    /// Reports a stage that is not there, unless it may stand in something that could not be read.
    pub(super) fn report_unknown_stage(&mut self, name: &Spanned<StageId>) {
        let stages = &self.resolved.file.stages;
        if !self.may_hide(stages.is_partial()) {
            let help = did_you_mean(name.value.as_str(), stages.iter().map(|(known, _)| known.value.as_str()));
            self.report(Code::UnknownStage, name.span, format!("there is no stage `{}`", name.value), help);
        }
    }

    /// Fields of the record, or deliverables that some activity produces or that are only asked for.
    pub(super) fn needs(&mut self, needs: &[Spanned<Arc<str>>], record: Option<&RecordType>) -> Vec<Need> {
        let mut compiled: Vec<Need> = Vec::new();
        for need in needs {
            let path = strip_record(&need.value, record);
            let field = record.and_then(|record| record.field(path));
            let deliverable = self.deliverables().find(|known| known.as_str() == &*need.value).cloned();
            let found = match (field, deliverable) {
                (Some(_), Some(_)) => {
                    let help = Some("rename the deliverable".to_owned());
                    self.report(Code::DuplicateDefinition, need.span, format!("`{}` is a field and a deliverable", need.value), help);
                    continue;
                }
                (Some(_), None) => Need::Field(FieldPath::from_text(path)),
                (None, Some(deliverable)) => Need::Deliverable(deliverable),
                (None, None) if record.is_none() || self.fields_may_hide(record) => continue,
                (None, None) => {
                    let leaves = record.map(RecordType::leaves).unwrap_or_default();
                    let names = leaves.iter().map(FieldPath::as_str).chain(self.deliverables().map(DeliverableId::as_str));
                    let help = did_you_mean(&need.value, names)
                        .or_else(|| Some("declare a field, or a `deliverable` of an activity, of this name".to_owned()));
                    self.report(Code::UnknownNeed, need.span, format!("`{}` is neither a field nor a deliverable", need.value), help);
                    continue;
                }
            };
            if compiled.contains(&found) {
                self.report_twice(need.span, format!("`{}` is needed already", need.value));
            } else {
                compiled.push(found);
            }
        }
        compiled
    }

    fn deliverables(&self) -> impl Iterator<Item = &DeliverableId> {
        let stages = self.resolved.file.stages.iter();
        stages.flat_map(|(_, stage)| stage.activities.iter()).filter_map(|(_, activity)| Some(&activity.deliverable.as_ref()?.value))
    }

    /// A field that exists, by its path with or without the record's name.
    pub(super) fn field_named(&mut self, name: &Spanned<Arc<str>>, record: Option<&RecordType>) -> Option<FieldPath> {
        let record = record?;
        let path = strip_record(&name.value, Some(record));
        if record.field(path).is_some() {
            return Some(FieldPath::from_text(path));
        }
        if self.fields_may_hide(Some(record)) {
            return None;
        }
        let leaves = record.leaves();
        let help = did_you_mean(path, leaves.iter().map(FieldPath::as_str));
        self.report(Code::UnknownField, name.span, format!("`{}` has no field `{path}`", record.name()), help);
        None
    }

    /// Whether a field that is not found may be one that could not be read.
    fn fields_may_hide(&self, record: Option<&RecordType>) -> bool {
        let declared = self.resolved.file.records.iter().find(|(name, _)| record.is_some_and(|record| *record.name() == name.value));
        self.may_hide(declared.is_none_or(|(_, doc)| super::has_unread_fields(&doc.fields)))
    }

    /// `5 working days`, or `5 working days before application.lab_due`.
    fn deadline(&mut self, text: &Spanned<Arc<str>>, record: Option<&RecordType>) -> Option<Deadline> {
        for (word, before) in [(" before ", true), (" after ", false)] {
            let Some((term, field)) = text.value.split_once(word) else { continue };
            let term: Term = self.term(&Spanned::new(Arc::from(term.trim()), text.span))?;
            let start = text.value.len() - field.len();
            let place = self.inside(text).within(start, text.value.len());
            let field = self.field_named(&Spanned::new(Arc::from(field.trim()), place), record)?;
            let is_time = record.and_then(|record| record.field(field.as_str())).map(|found| &found.field_type);
            if !matches!(is_time, Some(FieldType::Date | FieldType::DateTime)) {
                self.report(Code::InvalidValue, place, format!("a deadline needs a date or a datetime, which `{field}` is not"), None);
                return None;
            }
            return Some(if before { Deadline::Before(term, field) } else { Deadline::After(term, field) });
        }
        self.term(text).map(Deadline::Entered)
    }
}

/// `application.amount`, `record.amount` and `amount` name the same field; where a field is named like the record, its own path counts.
fn strip_record<'t>(text: &'t str, record: Option<&RecordType>) -> &'t str {
    let Some((first, rest)) = text.split_once('.') else { return text };
    let is_field = record.is_some_and(|record| record.field(text).is_some());
    let names_it = record.is_some_and(|record| record.name().as_str() == first) || first == "record";
    if names_it && !is_field { rest } else { text }
}
