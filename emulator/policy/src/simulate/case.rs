//! One line, read but not yet understood.

use std::{borrow::Cow, collections::BTreeMap, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{self, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::{Context, ContextValue, KmsGrant, document::nearest};

/// A document as it stands in the line.
pub(super) type Raw<'a> = &'a RawValue;

/// The members of a case.
#[derive(Debug, Default)]
pub(super) struct Case<'a> {
    pub(super) id: Option<Raw<'a>>,
    pub(super) principal: Cow<'a, str>,
    /// What a session was made from, which its ARN does not say whole.
    pub(super) issuer: Option<String>,
    pub(super) action: Cow<'a, str>,
    pub(super) resource: Cow<'a, str>,
    pub(super) resource_account_id: Option<String>,
    pub(super) context: Option<Keys>,
    pub(super) unknown_keys: Option<Vec<String>>,
    pub(super) identity_policies: Option<Vec<Raw<'a>>>,
    pub(super) resource_policy: Option<Raw<'a>>,
    pub(super) grants: Option<Vec<KmsGrant>>,
    pub(super) permission_boundaries: Option<Vec<Raw<'a>>>,
    pub(super) session_policy: Option<Raw<'a>>,
    /// Several session policies, inline and managed, which `sessionPolicy` cannot say.
    pub(super) session_policies: Option<Vec<Raw<'a>>>,
    pub(super) scps: Option<Vec<Vec<Raw<'a>>>>,
    pub(super) rcps: Option<Vec<Vec<Raw<'a>>>>,
    pub(super) vpc_endpoint_policies: Option<Vec<Raw<'a>>>,
    pub(super) wildcard_only_action: Option<bool>,
    pub(super) settings: Option<Settings>,
    /// Members that are ignored, and have a name so near to one that is not that it may be meant.
    pub(super) slips: Vec<Slip>,
}

/// A member that nobody reads, and the one that may be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Slip {
    pub(super) written: String,
    pub(super) meant: &'static str,
}

impl Slip {
    fn of(written: &str, known: &[&'static str]) -> Option<Self> {
        let meant = nearest_static(written, known)?;
        let written = written.to_owned();
        Some(Self { written, meant })
    }
}

fn nearest_static(written: &str, known: &[&'static str]) -> Option<&'static str> {
    let near = nearest(written, known.iter().copied())?;
    known.iter().copied().find(|one| *one == near)
}

/// The names of the members of a case.
pub(super) const MEMBERS: [&str; 19] = [
    "id",
    "principal",
    "issuer",
    "action",
    "resource",
    "resourceAccountId",
    "context",
    "unknownKeys",
    "identityPolicies",
    "resourcePolicy",
    "grants",
    "permissionBoundaries",
    "sessionPolicy",
    "sessionPolicies",
    "scps",
    "rcps",
    "vpcEndpointPolicies",
    "wildcardOnlyAction",
    "settings",
];

impl<'de: 'a, 'a> Deserialize<'de> for Case<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(CaseVisitor(PhantomData))
    }
}

struct CaseVisitor<'a>(PhantomData<&'a str>);

impl<'de: 'a, 'a> Visitor<'de> for CaseVisitor<'a> {
    type Value = Case<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Case<'a>, A::Error> {
        let mut out = Case::default();
        let mut seen = Seen::default();
        while let Some(Name(name)) = map.next_key()? {
            let known = MEMBERS
                .into_iter()
                .enumerate()
                .find(|(_, one)| *one == name);
            let Some((number, known)) = known else {
                map.next_value::<IgnoredAny>()?;
                out.slips.extend(Slip::of(&name, &MEMBERS));
                continue;
            };
            if seen.again(number) {
                return Err(de::Error::duplicate_field(known));
            }
            member(&mut out, known, &mut map)?;
        }
        for needed in ["principal", "action", "resource"] {
            let number = MEMBERS.iter().position(|one| *one == needed);
            if number.is_some_and(|number| !seen.again(number)) {
                return Err(de::Error::missing_field(needed));
            }
        }
        Ok(out)
    }
}

/// Which members there were.
#[derive(Default)]
struct Seen(u32);

impl Seen {
    /// Says whether the member was there before.
    fn again(&mut self, number: usize) -> bool {
        let bit = 1 << number;
        let before = self.0 & bit != 0;
        self.0 |= bit;
        before
    }
}

/// Reads the value of a member.
fn member<'de: 'a, 'a, A: MapAccess<'de>>(
    out: &mut Case<'a>,
    name: &str,
    map: &mut A,
) -> Result<(), A::Error> {
    match name {
        "id" => out.id = map.next_value()?,
        "principal" => out.principal = map.next_value::<Name<'de>>()?.0,
        "issuer" => out.issuer = map.next_value()?,
        "action" => out.action = map.next_value::<Name<'de>>()?.0,
        "resource" => out.resource = map.next_value::<Name<'de>>()?.0,
        "resourceAccountId" => out.resource_account_id = map.next_value()?,
        "context" => out.context = map.next_value()?,
        "unknownKeys" => out.unknown_keys = map.next_value()?,
        "identityPolicies" => out.identity_policies = map.next_value()?,
        "resourcePolicy" => out.resource_policy = map.next_value()?,
        "grants" => out.grants = map.next_value()?,
        "permissionBoundaries" => out.permission_boundaries = map.next_value()?,
        "sessionPolicy" => out.session_policy = map.next_value()?,
        "sessionPolicies" => out.session_policies = map.next_value()?,
        "scps" => out.scps = map.next_value()?,
        "rcps" => out.rcps = map.next_value()?,
        "vpcEndpointPolicies" => out.vpc_endpoint_policies = map.next_value()?,
        "wildcardOnlyAction" => out.wildcard_only_action = map.next_value()?,
        "settings" => {
            out.settings = map.next_value()?;
            let slips = out.settings.as_mut().map(Settings::take_slips);
            out.slips.extend(slips.unwrap_or_default());
        }
        _ => {
            map.next_value::<IgnoredAny>()?;
        }
    }
    Ok(())
}

/// A text that is borrowed from the line where it can be.
#[derive(Deserialize)]
#[serde(transparent)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// What else decides.
#[derive(Debug, Default)]
pub(super) struct Settings {
    public_access: PublicAccessBlock,
    slips: Vec<Slip>,
}

/// The settings of S3 Block Public Access, of which one decides about requests under policies.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PublicAccessBlock {
    /// Public policies cannot be put.
    pub(super) block_public_policy: bool,
    /// Public policies let no stranger in.
    pub(super) restrict_public_buckets: bool,
}

impl Settings {
    pub(super) fn public_access(&self) -> PublicAccessBlock {
        self.public_access
    }

    fn take_slips(&mut self) -> Vec<Slip> {
        std::mem::take(&mut self.slips)
    }
}

/// An object, whose members are read by name.
type Object<'a> = BTreeMap<Cow<'a, str>, Raw<'a>>;

impl<'de> Deserialize<'de> for Settings {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut out = Self::default();
        for (name, value) in Object::deserialize(from)? {
            match &*name {
                "s3" => out.read_s3(value).map_err(de::Error::custom)?,
                _ => out.slips.extend(Slip::of(&name, &["s3"])),
            }
        }
        Ok(out)
    }
}

impl Settings {
    fn read_s3(&mut self, s3: Raw<'_>) -> Result<(), serde_json::Error> {
        for (name, value) in
            serde_json::from_str::<Option<Object<'_>>>(s3.get())?.unwrap_or_default()
        {
            match &*name {
                "blockPublicAccess" => self.read_public_access(value)?,
                _ => self.slips.extend(Slip::of(&name, &["blockPublicAccess"])),
            }
        }
        Ok(())
    }

    /// True for all four, or an object with some.
    fn read_public_access(&mut self, value: Raw<'_>) -> Result<(), serde_json::Error> {
        const FOUR: [&str; 4] = [
            "blockPublicAcls",
            "ignorePublicAcls",
            "blockPublicPolicy",
            "restrictPublicBuckets",
        ];
        if !value.get().starts_with('{') {
            let all = serde_json::from_str::<Option<bool>>(value.get())? == Some(true);
            self.public_access = PublicAccessBlock {
                block_public_policy: all,
                restrict_public_buckets: all,
            };
            return Ok(());
        }
        for (name, value) in serde_json::from_str::<BTreeMap<Cow<'_, str>, bool>>(value.get())? {
            match &*name {
                "blockPublicPolicy" => self.public_access.block_public_policy = value,
                "restrictPublicBuckets" => self.public_access.restrict_public_buckets = value,
                // A case has no ACLs.
                "blockPublicAcls" | "ignorePublicAcls" => {}
                _ => self.slips.extend(Slip::of(&name, &FOUR)),
            }
        }
        Ok(())
    }
}

/// The id alone, of a line that is no case.
#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct Id<'a> {
    pub(super) id: Option<Raw<'a>>,
}

/// The context: a string is a single-valued key, an array a multivalued one.
#[derive(Debug)]
pub(super) struct Keys(pub(super) Context);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(KeysVisitor)
    }
}

struct KeysVisitor;

impl<'de> Visitor<'de> for KeysVisitor {
    type Value = Keys;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of condition keys")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut context = Context::new();
        while let Some((key, Value(value))) = map.next_entry::<String, Value>()? {
            context.insert(key, value);
        }
        Ok(Keys(context))
    }
}

struct Value(ContextValue);

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

fn one(text: impl fmt::Display) -> Value {
    Value(ContextValue::One(text.to_string()))
}

/// Numbers and booleans are taken for the texts that AWS would send.
impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, or an array of strings")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value(ContextValue::One(text.to_owned())))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(one(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(one(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(one(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Ok(one(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut many = Vec::new();
        while let Some(Value(value)) = items.next_element::<Value>()? {
            match value {
                ContextValue::One(text) => many.push(text),
                _ => return Err(de::Error::custom("a list of values has a list in it")),
            }
        }
        Ok(Value(ContextValue::Many(many)))
    }
}
