//! What the engine is told of a kind of thing.

/// A kind of thing that a service keeps.
#[derive(Debug)]
pub(super) struct Kind {
    /// The service, as the catalog names it.
    pub(super) service: &'static str,
    /// What it is called here.
    pub(super) noun: &'static str,
    /// The operations that make one.
    pub(super) create: &'static [&'static str],
    /// What names one: a member of requests, and the member of the record that it is. The last one
    /// is its own name, those before are what it belongs to.
    pub(super) named_by: &'static [(&'static str, &'static str)],
    /// The member that has its ARN, or is named as one; empty if there is none.
    pub(super) arn: &'static str,
    /// The members that AWS adds, as templates (`template.rs`); what the request says stays.
    pub(super) made: &'static [(&'static str, &'static str)],
    /// The operations that say what one is.
    pub(super) describe: &'static [&'static str],
    /// What an operation needs the record to have, with code and text of the error where it has not.
    pub(super) needs: &'static [(&'static str, &'static str, &'static str, &'static str)],
    /// The operations that say what there is.
    pub(super) list: &'static [&'static str],
    /// The operations that change one, and what they set beside what the request says.
    pub(super) update: &'static [(&'static str, &'static [(&'static str, &'static str)])],
    /// The operations that delete one.
    pub(super) delete: &'static [&'static str],
    /// Whether deleting what is not there succeeds.
    pub(super) delete_absent: bool,
    /// The kind that it belongs to, which has to be there and takes it along when it goes.
    pub(super) parent: Option<&'static str>,
    /// Code and text of the error for one that is not there.
    pub(super) missing: (&'static str, &'static str),
    /// Code and text of the error for one that is there already; without, each is another.
    pub(super) exists: Option<(&'static str, &'static str)>,
    /// Whether making the same once more gives the one that is there.
    pub(super) same_again: bool,
    /// Where AWS says so.
    pub(super) source: &'static str,
}

/// What most kinds have.
pub(super) const NONE: Kind = Kind {
    service: "",
    noun: "",
    create: &[],
    named_by: &[],
    arn: "",
    made: &[],
    describe: &[],
    needs: &[],
    list: &[],
    update: &[],
    delete: &[],
    delete_absent: false,
    parent: None,
    missing: ("ResourceNotFoundException", "Resource not found"),
    exists: None,
    same_again: false,
    source: "",
};

/// What an operation does to a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    Create,
    Describe,
    List,
    Update(&'static [(&'static str, &'static str)]),
    Delete,
}

impl Kind {
    /// What an operation does to this kind, if anything.
    pub(super) fn work(&self, operation: &str) -> Option<Work> {
        let update = self.update.iter().find(|(name, _)| *name == operation);
        match operation {
            _ if self.create.contains(&operation) => Some(Work::Create),
            _ if self.describe.contains(&operation) => Some(Work::Describe),
            _ if self.list.contains(&operation) => Some(Work::List),
            _ if self.delete.contains(&operation) => Some(Work::Delete),
            _ => update.map(|(_, sets)| Work::Update(sets)),
        }
    }

    /// The member of requests that names one, and the record's member.
    pub(super) fn own_name(&self) -> (&'static str, &'static str) {
        self.named_by.last().copied().unwrap_or_default()
    }
}
