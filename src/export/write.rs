//! Writes the log of a store in one of the forms, while it is read.
//!
//! It must not know files: where the texts go is handed in. It must not know what a form looks like.

use super::{Places, Tally, csv, jsonl, ocel, xes};
use crate::case::Happened;
use crate::names::{CaseId, WorkflowId};
use crate::service::{Service, ServiceError, is_absence};
use crate::store::{Filter, Listed, StoreError};
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// How many cases are fetched at a time.
const PAGE: usize = 500;

/// The forms of an event log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// JSON Lines: every event whole.
    Jsonl,
    /// CSV: one activity on a line.
    Csv,
    /// XES (IEEE 1849): one trace for each case.
    Xes,
    /// OCEL 2.0 as JSON: cases and people as objects.
    Ocel,
}

/// Why a log was not written whole.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// It could not be read.
    #[error(transparent)]
    Read(#[from] ServiceError),
    /// It could not be written.
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
    /// Somebody wanted it to stop.
    #[error("interrupted; the log is not whole")]
    Interrupted,
}

impl From<StoreError> for ExportError {
    fn from(error: StoreError) -> Self {
        ExportError::Read(error.into())
    }
}

/// The log of some cases.
pub struct Exported<'a> {
    /// The cases.
    pub service: &'a Service<'a>,
    /// Those of one workflow only.
    pub workflow: Option<&'a WorkflowId>,
    /// Set by whoever wants it to stop: part of a log would be taken for all of it, so that there is none then.
    pub interrupted: &'a AtomicBool,
}

impl Exported<'_> {
    /// Writes the log. JSON Lines and CSV follow the order in which events were written, XES and OCEL that in which cases were born; of the
    /// log, a page at most or one case is in memory.
    ///
    /// # Errors
    /// What is wrong with the store or the stream.
    pub fn write(&self, form: Form, out: &mut dyn Write) -> Result<Tally, ExportError> {
        match form {
            Form::Jsonl => self.lines(out, true),
            Form::Csv => self.lines(out, false),
            Form::Xes => self.xes(out),
            Form::Ocel => self.ocel(out),
        }
    }

    /// The forms that follow the log.
    fn lines(&self, out: &mut dyn Write, json: bool) -> Result<Tally, ExportError> {
        let (mut places, mut tally) = (Places::default(), Tally::default());
        if !json {
            out.write_all(csv::head()?.as_bytes())?;
        }
        for logged in self.service.log() {
            let logged = logged?;
            self.proceed()?;
            let rows = places.follow(&logged);
            if self.workflow.is_some_and(|workflow| places.workflow(&logged.case) != Some(workflow)) {
                continue;
            }
            if json {
                writeln!(out, "{}", jsonl::line(&logged, &places))?;
            }
            for row in &rows {
                tally.count(row);
                if !json {
                    out.write_all(csv::line(row)?.as_bytes())?;
                }
            }
        }
        Ok(tally)
    }

    fn xes(&self, out: &mut dyn Write) -> Result<Tally, ExportError> {
        let mut tally = Tally::default();
        out.write_all(xes::HEAD.as_bytes())?;
        self.each_case(&mut |case| {
            let history = self.service.logged(case)?;
            let mut places = Places::default();
            let rows: Vec<_> = history.iter().flat_map(|logged| places.follow(logged)).collect();
            rows.iter().for_each(|row| tally.count(row));
            let parent = history.first().and_then(|first| match &first.event.what {
                Happened::Started(started) => started.parent.as_ref(),
                _ => None,
            });
            Ok(out.write_all(xes::trace(&rows, parent).as_bytes())?)
        })?;
        out.write_all(xes::FOOT.as_bytes())?;
        Ok(tally)
    }

    fn ocel(&self, out: &mut dyn Write) -> Result<Tally, ExportError> {
        let (mut objects, mut tally) = (ocel::Objects::default(), Tally::default());
        out.write_all(b"{\"objects\":[")?;
        let mut separator = "\n";
        self.each_case(&mut |case| {
            if let Some(object) = objects.object(&self.service.logged(case)?) {
                write!(out, "{separator}{object}")?;
                separator = ",\n";
            }
            Ok(())
        })?;
        for person in objects.people() {
            write!(out, "{separator}{person}")?;
            separator = ",\n";
        }
        out.write_all(b"],\n\"events\":[")?;
        let mut separator = "\n";
        for logged in self.service.log() {
            self.proceed()?;
            for (row, event) in objects.events(&logged?) {
                tally.count(&row);
                write!(out, "{separator}{event}")?;
                separator = ",\n";
            }
        }
        writeln!(out, "],\n\"objectTypes\":{},\n\"eventTypes\":{}}}", objects.object_types(), objects.event_types())?;
        Ok(tally)
    }

    /// Cases in the order of their birth.
    fn each_case(&self, act: &mut dyn FnMut(&CaseId) -> Result<(), ExportError>) -> Result<(), ExportError> {
        let filter = Filter { workflow: self.workflow.cloned(), ..Filter::default() };
        let mut after = None;
        loop {
            let page = self.service.store().list(&filter, after.as_ref(), PAGE)?;
            // A process is mined from its own cases: who was away when is in the forms that hold every event.
            let is_asked = |listed: &&Listed| self.workflow.is_some() || !is_absence(&listed.case, &listed.listing.workflow);
            for listed in page.items.iter().filter(is_asked) {
                self.proceed()?;
                act(&listed.case)?;
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    fn proceed(&self) -> Result<(), ExportError> {
        if self.interrupted.load(Ordering::Relaxed) {
            return Err(ExportError::Interrupted);
        }
        Ok(())
    }
}
