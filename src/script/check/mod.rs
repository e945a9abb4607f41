//! Checks rules before they run: every name, every call and every comparison against the declared record types.
//!
//! It must not run a rule, and must stay silent about what it cannot tell.

mod arguments;
mod calls;
mod expressions;
mod fields;
mod mixed;
mod numbers;
mod reach;
mod statements;
mod switch;
mod types;

#[cfg(test)]
mod tests;

use super::evaluate::{ITEM, RECORD};
use super::syntax::{Expr, ExprKind, Function, StmtKind};
use super::unit::{Piece, RuleId, Unit, arguments, is_closure};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::record::{FieldType, ObjectType, RecordType};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use types::Type;

/// What the place of a rule needs its answer to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Expected {
    /// A condition.
    Bool,
    /// Points, or another number.
    Number,
    /// A user or a list of users.
    Users,
    /// A text, such as a level.
    Text,
    /// A day or a moment.
    Moment,
    /// A value that a field of this type can hold.
    Field(FieldType),
    /// Values in order.
    List,
    /// Anything with a value.
    Any,
}

/// What rules can name.
pub struct Environment<'a> {
    /// The record type of the workflow.
    pub record: &'a RecordType,
    /// The fields of `case`.
    pub case: &'a Arc<ObjectType>,
    /// All record types by name.
    pub records: HashMap<Arc<str>, Arc<RecordType>>,
    /// The grades of each scorecard; none where they are not known.
    pub scorecards: HashMap<Arc<str>, Arc<[Arc<str>]>>,
    /// Whether everything that the files hold could be read; if not, what is not here may still exist.
    pub complete: bool,
    /// What each table gives; `None` where it has several outputs or gives a list.
    pub tables: HashMap<Arc<str>, Option<FieldType>>,
}

/// The names that rules used.
#[derive(Debug, Default)]
pub struct Used {
    /// Scorecards by `score` and `grade`.
    pub scorecards: BTreeSet<Arc<str>>,
    /// Tables by `table`.
    pub tables: BTreeSet<Arc<str>>,
    /// Record types by `children` and fields of that type.
    pub records: BTreeSet<Arc<str>>,
    /// What each rule gives, as far as it can be told.
    pub results: HashMap<RuleId, FieldType>,
}

/// Checks every rule and every script function of a unit, reports what is wrong and which functions nobody calls.
pub fn check(unit: &Unit, environment: &Environment<'_>, diagnostics: &mut Diagnostics) -> Used {
    let mut checker = Checker {
        unit,
        environment,
        diagnostics,
        functions: unit.script_functions(),
        results: HashMap::new(),
        doubtful: HashSet::new(),
        depth: 0,
        elements: HashMap::new(),
        called: HashSet::new(),
        reported: HashSet::new(),
        used: Used::default(),
        captured: HashSet::new(),
        scripts_sound: unit.pieces.iter().all(|piece| piece.sound),
    };
    for (rule, piece) in unit.rules().filter(|(_, piece)| piece.sound) {
        checker.rule(rule, piece);
    }
    checker.uncalled();
    checker.used
}

/// One run over a unit.
struct Checker<'a> {
    unit: &'a Unit,
    environment: &'a Environment<'a>,
    diagnostics: &'a mut Diagnostics,
    functions: HashMap<(&'a str, usize), (usize, &'a Function)>,
    /// What a function gives for arguments of these types; `None` while it is being looked at, which ends recursion.
    results: HashMap<(usize, Arc<str>, Vec<String>), Option<Type>>,
    /// Names of functions that a call which was reported probably meant.
    doubtful: HashSet<String>,
    /// How many calls lie around the one that is looked at.
    depth: usize,
    /// What the lists hold for whose elements other rules are run.
    elements: HashMap<RuleId, Type>,
    called: HashSet<(Arc<str>, usize)>,
    reported: HashSet<(Code, u32, u32, usize)>,
    used: Used,
    /// Whether all scripts could be parsed; if not, an unknown function may be in the broken one.
    scripts_sound: bool,
    /// What closures captured that no rule may assign: the closure, and the name.
    captured: HashSet<(Arc<str>, Arc<str>)>,
}

impl<'a> Checker<'a> {
    fn rule(&mut self, rule: RuleId, piece: &'a Piece) {
        let mut scope = Scope::new(piece);
        let record = self.environment.record;
        for name in [RECORD, record.name().as_str()] {
            scope.declare(name, Type::Object(Arc::clone(record.fields()), Arc::from(record.name().as_str())));
        }
        scope.declare("before", Type::Object(Arc::clone(record.fields()), Arc::from("before")));
        scope.declare("case", Type::Object(Arc::clone(self.environment.case), Arc::from("case")));
        scope.declare("today", Type::Date);
        scope.declare("now", Type::DateTime);
        if let Some(list) = self.unit.lists.get(&rule) {
            scope.declare(ITEM, self.elements.get(list).cloned().unwrap_or(Type::Any));
        }
        scope.given = scope.depth();
        if !piece.body.iter().any(|statement| !matches!(statement.kind, StmtKind::Empty)) {
            let span = piece.whole();
            self.report(
                piece,
                span,
                Diagnostic::new(Code::RuleSyntax, span, "the expression is empty")
                    .help("write a condition or a value, or leave the key out"),
            );
            return;
        }
        let before = self.reported.len();
        let result = self.body(&piece.body, &mut scope);
        if let Some(field_type) = result.field_type() {
            self.used.results.insert(rule, field_type);
        }
        let expected = self.unit.expected.get(rule.0).cloned().unwrap_or(Expected::Any);
        // What a part that is wrong would have given is not judged.
        if self.reported.len() == before && !fits(&result, &expected) {
            let (wanted, help) = wanted(&expected);
            let span = piece.whole();
            self.report(
                piece,
                span,
                Diagnostic::new(Code::WrongResultType, span, format!("{wanted} is needed here, but this gives {result}")).maybe_help(help),
            );
        }
        if self.reported.len() == before {
            self.mixed_result(piece, &result, &wanted(&expected).0, |found| fits(found, &expected) && *found != Type::Nothing);
        }
        match &expected {
            Expected::List => drop(self.elements.insert(rule, element(result))),
            Expected::Field(field_type) if self.reported.len() == before => self.field_value(&piece.body, field_type, &mut scope),
            _ => {}
        }
    }

    /// Functions that no rule reaches: reported as unused, and checked as far as they can be without knowing their arguments.
    fn uncalled(&mut self) {
        // What cannot be parsed or found may be the call.
        let mut waiting: Vec<(usize, &'a Function)> = self.functions.values().copied().collect();
        waiting.sort_by_key(|(piece, function)| (*piece, function.at));
        for (index, function) in waiting {
            let Some(piece) = self.unit.pieces.get(index) else { continue };
            if self.called.contains(&(Arc::clone(&function.name), function.params.len())) {
                continue;
            }
            let before = self.called.clone();
            self.call_function(index, function, vec![Type::Any; function.params.len()]);
            // What only an unused function calls is unused too, but one finding about it is enough.
            let reached: Vec<_> = self.called.difference(&before).cloned().collect();
            if !reached.is_empty() {
                self.called.extend(reached);
            }
            if !self.scripts_sound || self.doubtful.contains(&*function.name) {
                continue;
            }
            let span = piece.name_span(function);
            let message = format!("function `{}` with {} is never called", function.name, arguments(function.params.len()));
            self.report(
                piece,
                span,
                Diagnostic::new(Code::UnusedFunction, span, message).help("delete it, or call it from an expression of a workflow"),
            );
        }
    }

    /// Reports once per place and code: a function is looked at anew for every combination of argument types.
    fn report(&mut self, _piece: &Piece, span: crate::source::Span, diagnostic: Diagnostic) {
        if self.reported.insert((diagnostic.code, span.start, span.end, span.source.index())) {
            self.diagnostics.push(diagnostic);
        }
    }

    fn record_type(&self, name: &str) -> Option<Arc<RecordType>> {
        self.environment.records.get(name).cloned()
    }

    /// Reports something about an expression.
    fn complain(&mut self, piece: &'a Piece, expr: &Expr, code: Code, message: String, help: Option<String>) {
        let span = piece.span_of(expr);
        self.report(piece, span, Diagnostic::new(code, span, message).maybe_help(help));
    }

    /// Reports something about the name of a field, method or function.
    fn complain_name(&mut self, piece: &'a Piece, expr: &Expr, code: Code, message: String, help: Option<String>) {
        let span = piece.span(&piece.text.token(expr.at));
        self.report(piece, span, Diagnostic::new(code, span, message).maybe_help(help));
    }
}

/// The variables that can be named at a point of a piece.
struct Scope<'a> {
    piece: &'a Piece,
    variables: Vec<(Arc<str>, Type)>,
    /// The types of the `return`s met so far.
    returns: Option<Type>,
    /// How many of the first variables are given to the expression, and are not its own.
    given: usize,
    /// The names among its parameters that an expression was given, where this is a closure of one.
    captured: (usize, Vec<Arc<str>>),
}

impl<'a> Scope<'a> {
    fn new(piece: &'a Piece) -> Self {
        Self { piece, variables: Vec::new(), returns: None, given: 0, captured: (0, Vec::new()) }
    }

    /// Whether a name is one of those that every expression is given.
    fn is_given(&self, name: &str) -> bool {
        let at = self.variables.iter().rposition(|(known, _)| &**known == name);
        at.is_some_and(|at| at < self.given || (at < self.captured.0 && self.captured.1.iter().any(|known| &**known == name)))
    }

    fn declare(&mut self, name: &str, variable_type: Type) {
        self.variables.push((Arc::from(name), variable_type));
    }

    fn find(&self, name: &str) -> Option<&Type> {
        self.variables.iter().rev().find(|(known, _)| &**known == name).map(|(_, found)| found)
    }

    fn change(&mut self, name: &str, to: Type) {
        if let Some((_, found)) = self.variables.iter_mut().rev().find(|(known, _)| &**known == name) {
            *found = std::mem::replace(found, Type::Any).join(to);
        }
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.iter().map(|(name, _)| &**name).filter(|name| !name.starts_with('_'))
    }

    fn depth(&self) -> usize {
        self.variables.len()
    }

    fn leave(&mut self, depth: usize) {
        self.variables.truncate(depth);
    }
}

/// The closure function of a name inside of a piece.
fn closure<'a>(piece: &'a Piece, name: &str) -> Option<&'a Function> {
    piece.functions.iter().find(|function| is_closure(&function.name) && &*function.name == name)
}

/// Whether an expression is the record itself or something reached through it.
pub(super) fn root_variable(expr: &Expr) -> Option<&Arc<str>> {
    match &expr.kind {
        ExprKind::Variable(name) => Some(name),
        ExprKind::Field { base, .. } | ExprKind::Index { base, .. } => root_variable(base),
        _ => None,
    }
}

/// What a list holds, as rules that are run for each of its elements see it.
fn element(list: Type) -> Type {
    match list {
        Type::List(element) => match *element {
            Type::Object(object, _) => Type::Object(object, Arc::from(ITEM)),
            other => other,
        },
        _ => Type::Any,
    }
}

fn fits(result: &Type, expected: &Expected) -> bool {
    let Some(kind) = result.kind() else { return true };
    match expected {
        Expected::Any => !matches!(result, Type::Nothing | Type::Map | Type::Closure(..)),
        Expected::Bool => kind == "bool",
        Expected::Number => kind == "number",
        Expected::Text => kind == "text",
        Expected::Moment => matches!(kind, "date" | "datetime"),
        Expected::Users => match result {
            Type::List(inner) => inner.kind().is_none_or(|kind| kind == "text"),
            _ => kind == "text",
        },
        Expected::Field(field_type) => fields::holds(&Type::of(field_type, "", &|_| None), result),
        Expected::List => kind == "list",
    }
}

fn wanted(expected: &Expected) -> (String, Option<String>) {
    match expected {
        Expected::Any => ("a value".to_owned(), None),
        Expected::Bool => {
            ("a condition (true or false)".to_owned(), Some("compare it with something, for example `record.amount > 0`".to_owned()))
        }
        Expected::Number => ("a number".to_owned(), None),
        Expected::Text => ("a text".to_owned(), None),
        Expected::Moment => ("a date or a datetime".to_owned(), None),
        Expected::Users => ("a user or a list of users".to_owned(), None),
        Expected::Field(field_type) => (format!("a value of type {field_type}"), None),
        Expected::List => ("a list".to_owned(), Some("name a field of several values or child records, or filter one".to_owned())),
    }
}
