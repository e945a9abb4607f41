//! Compiles what outcomes set going: cases of other workflows, events, obligations.
//!
//! It must not look for those workflows; whoever checks a folder does.

use super::Compiler;
use crate::diagnostic::{Code, Diagnostic, did_you_mean, suggest};
use crate::document::{Entries, ObligationDoc, RuleDoc, SpawnDoc};
use crate::names::{FieldPath, RecordName, WorkflowId};
use crate::record::{FieldType, Place, RecordType};
use crate::script::{Expected, ITEM, RuleId};
use crate::source::{Span, Spanned};
use crate::workflow::{Obligation, Spawn};
use indexmap::IndexMap;
use std::sync::Arc;

impl Compiler<'_> {
    pub(super) fn spawns(
        &mut self,
        spawns: &Entries<WorkflowId, SpawnDoc>,
        record: Option<&RecordType>,
        records: &IndexMap<RecordName, Arc<RecordType>>,
    ) -> Vec<Spawn> {
        spawns.iter().filter_map(|(workflow, doc)| self.spawn(workflow, doc, record, records)).collect()
    }

    fn spawn(
        &mut self,
        workflow: &Spanned<WorkflowId>,
        doc: &SpawnDoc,
        record: Option<&RecordType>,
        records: &IndexMap<RecordName, Arc<RecordType>>,
    ) -> Option<Spawn> {
        let taken = record.is_some_and(|record| record.name().as_str() == ITEM);
        if let Some(list) = doc.for_each.as_ref().filter(|_| taken) {
            let help = Some("give the record type of this workflow another name".to_owned());
            let message = format!("`{ITEM}` is the record here, so it cannot be the element of a list as well");
            self.report(Code::InvalidValue, list.span, message, help);
        }
        let for_each = doc.for_each.as_ref().map(|list| self.rule(list, Expected::List)).filter(|_| !taken);
        let when = doc.when.as_ref().map(|when| self.rule(when, Expected::Bool));
        self.of_each(when, for_each);
        let child = self.child(workflow, doc, records);
        let mut fields: Vec<(Place, RuleId)> = Vec::new();
        let mut places: Vec<(Place, Span)> = Vec::new();
        for (path, rule) in doc.fields.iter() {
            let place = child.and_then(|child| self.child_field(path, child));
            let rule = self.value_of(rule, place.as_ref());
            self.of_each(Some(rule), for_each);
            let Some(place) = place else { continue };
            if let Some((_, first)) = places.iter().find(|(known, _)| known.slots() == place.slots()) {
                let message = format!("the field `{}` is set twice", place.path());
                self.diagnostics.push(Diagnostic::new(Code::DuplicateDefinition, path.span, message).related(*first, "first set here"));
                continue;
            }
            places.push((place.clone(), path.span));
            fields.push((place, rule));
        }
        let child = child?;
        Some(Spawn {
            workflow: workflow.value.clone(),
            record: child.name().clone(),
            record_fields: Arc::clone(child.fields()),
            when,
            for_each,
            fields,
            span: workflow.span,
        })
    }

    /// Lets a rule see the element of a list for which it is run.
    fn of_each(&mut self, rule: Option<RuleId>, list: Option<RuleId>) {
        if let (Some(rule), Some(list)) = (rule, list) {
            self.unit.run_for_each(rule, list);
        }
    }

    pub(super) fn obligation(&mut self, doc: &ObligationDoc) -> Obligation {
        if let Some(role) = &doc.role {
            self.role(role);
        }
        let role = doc.role.as_ref().map(|role| role.value.clone());
        Obligation { title: doc.title.clone(), role, within: self.maybe_term(doc.within.as_ref()) }
    }

    /// Names of which none is listed twice.
    pub(super) fn each_once<T: Clone + PartialEq + std::fmt::Display>(&mut self, names: &[Spanned<T>], what: &str) -> Vec<T> {
        let mut found = Vec::new();
        for name in names {
            if found.contains(&name.value) {
                self.report_twice(name.span, format!("{what} `{}` is listed twice", name.value));
            } else {
                found.push(name.value.clone());
            }
        }
        found
    }

    /// The type of the records that start.
    fn child<'r>(
        &mut self,
        workflow: &Spanned<WorkflowId>,
        doc: &SpawnDoc,
        records: &'r IndexMap<RecordName, Arc<RecordType>>,
    ) -> Option<&'r RecordType> {
        let (name, span) = doc.record.as_ref().map_or((workflow.value.as_str(), workflow.span), |name| (name.value.as_str(), name.span));
        self.used.records.insert(name.to_owned());
        let found = records.get(name).map(|record| &**record);
        if found.is_none() && !self.may_hide(self.resolved.file.records.is_partial()) {
            let known = records.keys().map(RecordName::as_str);
            let help = match (&doc.record, suggest(name, known.clone())) {
                (Some(_), _) | (None, Some(_)) => did_you_mean(name, known),
                (None, None) => {
                    Some("name it: `record: ..`; its type is declared here, or in a file that is listed under `use`".to_owned())
                }
            };
            self.report(Code::UnknownRecord, span, format!("there is no record type `{name}` for what `{}` starts", workflow.value), help);
        }
        found
    }

    /// The field that a path names, where a value can be set.
    fn child_field(&mut self, path: &Spanned<FieldPath>, child: &RecordType) -> Option<Place> {
        let found = self.field_named(&Spanned::new(Arc::from(path.value.as_str()), path.span), Some(child))?;
        let place = child.fields().place(found.as_str())?;
        let help = match &place.field().field_type {
            FieldType::Object(_) => "set its fields one by one, by their paths",
            FieldType::Children(_) => "child records are not copied: start a case for each of them with `for_each`",
            _ => return Some(place),
        };
        self.report(Code::InvalidValue, path.span, format!("`{}` cannot be set as a whole", path.value), Some(help.to_owned()));
        None
    }

    fn value_of(&mut self, rule: &RuleDoc, place: Option<&Place>) -> RuleId {
        let expected = place.map_or(Expected::Any, |place| Expected::Field(place.field().field_type.clone()));
        self.rule(rule, expected)
    }
}
