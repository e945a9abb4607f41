//! The closed rule engine: which packages, which limits, and how a rule reads a record.
//!
//! It must not offer anything with a side effect: no files, clock, sleep, random, `eval`, modules or printing.

use super::dynamic::{View, to_dynamic};
use super::fault::{FaultKind, Signal};
use super::frame::Frame;
use super::lower::at;
use super::{functions, operators};
use crate::names::FieldPath;
use crate::record::{Duration, Value};
use chrono::{DateTime, FixedOffset, NaiveDate};
use rhai::packages::{BasicArrayPackage, BasicIteratorPackage, BasicMathPackage, BasicStringPackage, Package};
use rhai::{Dynamic, Engine, EvalAltResult, EvalContext, ImmutableString, NativeCallContext, OptimizationLevel, Token};
use std::sync::LazyLock;

/// Steps that one rule may take before it is stopped.
pub(super) const MAX_OPERATIONS: u64 = 100_000;
/// Characters of a text that a rule makes.
const MAX_TEXT: usize = 65_536;
/// Elements of a list or map that a rule makes.
const MAX_ELEMENTS: usize = 10_000;

/// Words that the rule language keeps for a future of its own, and that are good names for a process.
const FREE_WORDS: &[&str] = &[
    "case",
    "match",
    "default",
    "new",
    "use",
    "with",
    "module",
    "package",
    "thread",
    "spawn",
    "go",
    "await",
    "async",
    "sync",
    "yield",
    "exit",
    "goto",
    "var",
    "public",
    "protected",
    "shared",
    "is",
    "void",
    "null",
    "nil",
    "super",
    "static",
    "begin",
    "end",
    "each",
    "then",
];

/// The engine that can parse and evaluate rules, and nothing else. It is made once: hundreds of functions are registered with it, and
/// nothing in it ever changes.
pub(super) static CLOSED: LazyLock<Engine> = LazyLock::new(closed);

/// The crate's packages for texts and maps are left out: they join texts with anything, and compare maps of unlike values.
fn closed() -> Engine {
    let mut engine = Engine::new_raw();
    for module in [
        BasicStringPackage::new().as_shared_module(),
        BasicArrayPackage::new().as_shared_module(),
        BasicMathPackage::new().as_shared_module(),
        BasicIteratorPackage::new().as_shared_module(),
    ] {
        engine.register_global_module(module);
    }
    engine.set_optimization_level(OptimizationLevel::None);
    engine.set_fast_operators(false);
    engine.set_fail_on_invalid_map_property(true);
    engine.set_max_operations(MAX_OPERATIONS);
    engine.set_max_string_size(MAX_TEXT);
    engine.set_max_array_size(MAX_ELEMENTS);
    engine.set_max_map_size(MAX_ELEMENTS);
    engine.set_max_variables(256);
    engine.set_max_functions(20_000);
    engine.set_max_modules(0);
    engine.set_max_call_levels(32);
    engine.set_max_expr_depths(64, 64);
    engine.on_print(|_| {});
    engine.on_debug(|_, _, _| {});
    for symbol in ["eval", "import", "export", "print", "debug", "is_shared", "Fn", "type_of", "is_def_var", "is_def_fn"] {
        engine.disable_symbol(symbol);
    }
    #[expect(deprecated, reason = "the crate marks the callback as volatile; the minor version is pinned and a test holds the words")]
    engine.on_parse_token(|token, _, _| match token {
        Token::Reserved(word) if FREE_WORDS.contains(&word.as_str()) => Token::Identifier(Box::new(word.as_str().into())),
        other => other,
    });
    #[expect(deprecated, reason = "the crate marks the callback as volatile; the minor version is pinned and tests hold what it does")]
    engine.on_var(|name, _, context| Ok(captured_record(&context, name)));
    engine.register_type_with_name::<View>("record");
    engine.register_type_with_name::<NaiveDate>("date");
    engine.register_type_with_name::<DateTime<FixedOffset>>("datetime");
    engine.register_type_with_name::<Duration>("duration");
    engine.register_indexer_get(read_field);
    operators::register(&mut engine);
    functions::register(&mut engine);
    engine
}

/// A record that a closure captured, as a value of its own.
///
/// Captured variables are shared, and locked while something reached through them is called: `deal.parts.all(|part| part.amount <
/// deal.amount)` would end in a race with itself. A record cannot be changed, so its copy is as good; other values keep their places,
/// because a closure may change a local list or number.
fn captured_record(context: &EvalContext<'_, '_, '_, '_, '_, '_>, name: &str) -> Option<Dynamic> {
    let shared = context.scope().get(name).filter(|value| value.is_shared())?;
    shared.read_lock::<View>().map(|view| Dynamic::from(view.clone()))
}

/// Reading a missing field ends the rule as unknown, unless the place of the read is guarded by `??`, `?.` or `has`.
fn read_field(context: NativeCallContext, view: &mut View, name: ImmutableString) -> Result<Dynamic, Box<EvalAltResult>> {
    let path = format!("{}.{name}", view.path);
    let Some((slot, _)) = view.object.object_type().get(&name) else {
        return Err(Signal::fault(FaultKind::NotFound, format!("`{}` has no field `{name}`", view.path)).at(&context));
    };
    let value = view.object.at(slot);
    if let Some(frame) = Frame::of(&context) {
        match value {
            Some(Value::Object(_)) => {}
            Some(value) => frame.saw(&path, Some(value)),
            None => {
                frame.saw(&path, None);
                if !frame.is_guarded(at(context.call_position())) {
                    return Err(Signal::Missing(vec![FieldPath::from_text(&path)]).at(&context));
                }
            }
        }
    }
    Ok(value.map_or(Dynamic::UNIT, |value| to_dynamic(value, &path)))
}
