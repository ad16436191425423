//! Why the generated part of the catalog has a requirement, in words.

use rolecall_policy::{Provenance, Requirement};

/// What brought in a requirement that no curated row has.
pub(crate) fn condition(requirement: &Requirement) -> &'static str {
    if requirement.action.to_string() == "iam:PassRole" {
        return "a parameter holds the ARN of a role";
    }
    match requirement.action_provenance {
        Provenance::SameName => "always: an action has the operation's name",
        Provenance::Documented => "always: a pinned data set names the action",
        Provenance::NoneNeeded => "always: AWS authorizes nothing",
        Provenance::Curated | Provenance::Heuristic | Provenance::Assumed => {
            "always: no data set names an action, so the operation's own name is assumed"
        }
    }
}
