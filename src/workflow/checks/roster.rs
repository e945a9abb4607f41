//! Who holds which role, as far as the files say so: listed people, the one person that a field names, and crowds that nobody knows.
//!
//! It must not claim more than the files say: whom a rule gives is a crowd, and a table gives one row's people at a time.

use crate::document::{AssignDoc, Resolved};
use crate::names::{RoleId, TableId, UserId};
use crate::record::{FieldType, RecordType};
use crate::source::Spanned;
use crate::table::HitPolicy;
use crate::workflow::staffing::{Ask, Person, Staff};
use crate::workflow::{DecisionTable, Voters, users_in};
use indexmap::IndexMap;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// As many people as this, of whom a table names one or the other, are a crowd: no approval asks for so many.
const CROWD: usize = 40;

/// Every role's holders.
pub(super) struct Roster<'a> {
    roles: HashMap<&'a RoleId, Holders<'a>>,
    tables: HashMap<&'a TableId, Named>,
}

/// What is taken for granted about the record at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Situation<'a> {
    /// Every assignment finds somebody; a table may find whom any of its rows names.
    Usual,
    /// A table gives the people of this of its [`Roster::rows`].
    Row(&'a TableId, usize),
    /// An assignment finds nobody, so that the defaults stand in.
    Blank(&'a str),
}

/// The people of a row of a table.
pub(super) struct NamedRow {
    /// The first row that names them, counted from 1.
    pub(super) number: usize,
    /// They.
    pub(super) people: BTreeSet<Person>,
}

struct Holders<'a> {
    members: BTreeSet<Person>,
    default: BTreeSet<Person>,
    found: Found<'a>,
}

enum Found<'a> {
    /// Nothing is looked for.
    Nothing,
    /// The one person in a field, by its path with the record's name.
    Field(Arc<str>),
    /// People of a rule.
    Rule(&'a str),
    /// People of a table.
    Table(&'a TableId),
}

/// What a table names.
struct Named {
    /// The different answers, where one row answers alone.
    rows: Vec<NamedRow>,
    all: BTreeSet<Person>,
}

impl<'a> Roster<'a> {
    pub(super) fn new(resolved: &'a Resolved, record: &RecordType, tables: &'a IndexMap<TableId, DecisionTable>) -> Self {
        let tables = tables.iter().map(|(id, table)| (id, Named::of(table))).collect();
        let roles = resolved.file.roles.iter().map(|(name, doc)| {
            let found = match &doc.assign {
                None => Found::Nothing,
                Some(AssignDoc::Rule(rule)) => single_field(&rule.text, record).map_or(Found::Rule(rule.text.trim()), Found::Field),
                Some(AssignDoc::Table(table)) => Found::Table(&table.value),
            };
            (&name.value, Holders { members: listed(&doc.members), default: listed(&doc.default), found })
        });
        Self { roles: roles.collect(), tables }
    }

    /// Everybody who may hold a role; in doubt, more.
    pub(super) fn possible(&self, role: &RoleId, situation: Situation<'_>) -> Staff {
        let Some(holders) = self.roles.get(role).filter(|_| !self.is_unheld(role)) else {
            // Reported already: it is taken for a role that somebody holds.
            return Staff { people: BTreeSet::new(), crowds: BTreeSet::from([Arc::from(role.as_str())]) };
        };
        let mut staff = self.certain(role, situation);
        if let Found::Table(table) = holders.found
            && !pins(situation, table)
        {
            staff.people.extend(holders.default.iter().cloned());
            match self.tables.get(table) {
                Some(named) if named.all.len() <= CROWD => staff.people.extend(named.all.iter().cloned()),
                _ => {
                    staff.crowds.insert(Arc::from(table.as_str()));
                }
            }
        }
        staff
    }

    /// Those who hold a role without doubt.
    pub(super) fn certain(&self, role: &RoleId, situation: Situation<'_>) -> Staff {
        let Some(holders) = self.roles.get(role) else { return Staff::default() };
        let mut staff = Staff { people: holders.members.clone(), crowds: BTreeSet::new() };
        if situation == Situation::Blank(holders.found.key()) {
            staff.people.extend(holders.default.iter().cloned());
            return staff;
        }
        match &holders.found {
            Found::Nothing => {}
            Found::Field(path) => {
                staff.people.insert(Person::Named(Arc::clone(path)));
            }
            Found::Rule(text) => {
                staff.crowds.insert(Arc::from(*text));
            }
            Found::Table(table) => {
                if let Situation::Row(pinned, row) = situation
                    && pinned == *table
                {
                    staff.people.extend(self.rows(table).get(row).into_iter().flat_map(|row| &row.people).cloned());
                } else if !self.tables.contains_key(*table) {
                    staff.crowds.insert(Arc::from(table.as_str()));
                }
            }
        }
        staff
    }

    /// Those who may submit in a role, each alone; `None` is somebody whom the files do not name.
    pub(super) fn submitters(&self, role: &RoleId, situation: Situation<'_>) -> Vec<Option<Person>> {
        let certain = self.certain(role, situation);
        let open = certain.is_open() || self.table(role).is_some_and(|table| !pins(situation, table)) || certain.is_empty();
        certain.people.into_iter().map(Some).chain(open.then_some(None)).collect()
    }

    /// The table that finds a role's holders.
    pub(super) fn table(&self, role: &RoleId) -> Option<&'a TableId> {
        match self.roles.get(role)?.found {
            Found::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The different people that a table names, where one row answers alone.
    pub(super) fn rows(&self, table: &TableId) -> &[NamedRow] {
        self.tables.get(table).map_or(&[], |named| &named.rows)
    }

    /// What an assignment is known by, where a default stands in for it.
    pub(super) fn blank(&self, role: &RoleId) -> Option<&str> {
        let holders = self.roles.get(role).filter(|holders| !holders.default.is_empty())?;
        Some(holders.found.key()).filter(|key| !key.is_empty())
    }

    /// Whether an assignment is the one person in a field.
    pub(super) fn is_field(&self, role: &RoleId) -> bool {
        self.roles.get(role).is_some_and(|holders| matches!(holders.found, Found::Field(_)))
    }

    /// Whether nobody can hold a role: it has no members, and what should find them names nobody.
    pub(super) fn is_unheld(&self, role: &RoleId) -> bool {
        let Some(holders) = self.roles.get(role) else { return false };
        let nobody = match holders.found {
            Found::Nothing => true,
            Found::Field(_) | Found::Rule(_) => false,
            Found::Table(table) => self.tables.get(table).is_some_and(|named| named.all.is_empty()),
        };
        nobody && holders.members.is_empty() && holders.default.is_empty()
    }

    /// What a step asks for.
    pub(super) fn ask(&self, voters: &Voters, situation: Situation<'_>) -> Ask {
        let staff = |role: &RoleId| self.possible(role, situation);
        match voters {
            Voters::All(roles) => Ask::Each(roles.iter().map(staff).collect()),
            Voters::Any(roles) => Ask::One(roles.iter().map(staff).collect()),
            Voters::Quorum(role, count) => Ask::Of(staff(role), usize::try_from(*count).unwrap_or(usize::MAX)),
            Voters::Percent(role, percent) => {
                let staff = staff(role);
                // Of whom a table finds, one is the fewest.
                let pinned = self.table(role).is_none_or(|table| pins(situation, table));
                let members = if pinned { staff.people.len() } else { self.certain(role, situation).people.len() + 1 };
                let needed = (*percent * Decimal::from(members) / Decimal::ONE_HUNDRED).ceil().to_usize();
                Ask::Of(staff, needed.unwrap_or(members).max(1))
            }
            Voters::Weighted(roles, at_least) => {
                Ask::Weight(roles.iter().map(|(role, weight)| (staff(role), *weight)).collect(), *at_least)
            }
        }
    }
}

impl Found<'_> {
    /// What the assignment is known by; empty where there is none. Only the name of a table has no dot and no bracket.
    fn key(&self) -> &str {
        match self {
            Found::Nothing => "",
            Found::Field(path) => path,
            Found::Rule(text) => text,
            Found::Table(table) => table.as_str(),
        }
    }
}

impl Named {
    fn of(table: &DecisionTable) -> Self {
        let alone = matches!(table.table().hit(), HitPolicy::First | HitPolicy::Unique | HitPolicy::Any);
        let mut named = Named { rows: Vec::new(), all: BTreeSet::new() };
        for (index, row) in table.table().rows().iter().enumerate() {
            let mut users = Vec::new();
            row.outputs.iter().flatten().for_each(|value| users_in(value, &mut users));
            let people: BTreeSet<Person> = users.into_iter().map(Person::Listed).collect();
            named.all.extend(people.iter().cloned());
            if alone && !people.is_empty() {
                named.rows.push(NamedRow { number: index + 1, people });
            }
        }
        let mut seen = std::collections::HashSet::new();
        named.rows.retain(|row| seen.insert(row.people.clone()));
        named
    }
}

fn pins(situation: Situation<'_>, table: &TableId) -> bool {
    match situation {
        Situation::Usual => false,
        Situation::Row(pinned, _) => pinned == table,
        Situation::Blank(key) => key == table.as_str(),
    }
}

fn listed(users: &[Spanned<UserId>]) -> BTreeSet<Person> {
    users.iter().map(|user| Person::Listed(user.value.clone())).collect()
}

/// The path of the one user field that an expression reads, where it does nothing else.
fn single_field(text: &str, record: &RecordType) -> Option<Arc<str>> {
    let (first, path) = text.trim().split_once('.')?;
    let field = record.field(path).filter(|_| first == "record" || first == record.name().as_str())?;
    matches!(field.field_type, FieldType::User).then(|| format!("{}.{path}", record.name()).into())
}
