//! A queue: its attributes and its messages.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use tokio::sync::Notify;

use super::message::Message;
use crate::embedded::tags::Tags;

/// How long a deduplication id is remembered. Source: developer guide, FIFO queues: 5 minutes.
const DEDUPLICATION_MILLIS: u64 = 5 * 60 * 1000;

/// A queue.
#[derive(Debug)]
pub(crate) struct Queue {
    pub(super) name: String,
    pub(super) arn: String,
    /// The attributes that were set.
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) tags: Tags,
    pub(super) created: u64,
    pub(super) modified: u64,
    pub(super) messages: VecDeque<Message>,
    /// No message of it was sent before, so that it is not looked through for those that are too
    /// old at each call.
    pub(super) oldest: u64,
    /// What was sent under a deduplication id: when, message id, sequence number.
    pub(super) sent: BTreeMap<String, (u64, String, u128)>,
    pub(super) sequence: u128,
    /// Wakes the receivers that wait.
    pub(super) arrived: Arc<Notify>,
    /// When it was emptied last.
    pub(super) purged: Option<u64>,
    /// The tasks that moved its messages, the oldest first.
    pub(super) moves: Vec<MoveTask>,
}

/// What moved the messages of a dead-letter queue.
#[derive(Clone, Debug)]
pub(super) struct MoveTask {
    pub(super) handle: String,
    pub(super) source: String,
    pub(super) destination: Option<String>,
    pub(super) speed: Option<i64>,
    pub(super) moved: usize,
    pub(super) started: u64,
}

impl Queue {
    /// The policy, if one was set.
    pub(crate) fn policy(&self) -> Option<&str> {
        self.attributes
            .get("Policy")
            .map(String::as_str)
            .filter(|policy| !policy.is_empty())
    }

    /// The customer key, if one was set.
    pub(crate) fn key_id(&self) -> Option<&str> {
        self.attributes
            .get("KmsMasterKeyId")
            .map(String::as_str)
            .filter(|key| !key.is_empty())
    }

    /// The tags.
    pub(crate) fn tags(&self) -> &Tags {
        &self.tags
    }

    pub(super) fn is_fifo(&self) -> bool {
        crate::embedded::request::is_fifo(&self.name)
    }

    /// An attribute that is a number of seconds, in milliseconds.
    pub(super) fn millis(&self, attribute: &str, default_seconds: u64) -> u64 {
        let set = self
            .attributes
            .get(attribute)
            .and_then(|text| text.parse().ok());
        set.unwrap_or(default_seconds) * 1000
    }

    /// What the redrive policy says: the ARN of the dead-letter queue, and after how many receipts.
    pub(super) fn redrive(&self) -> Option<(String, u32)> {
        let policy: serde_json::Value =
            serde_json::from_str(self.attributes.get("RedrivePolicy")?).ok()?;
        let most = policy.get("maxReceiveCount")?;
        // Both 3 and "3" are in use.
        let most = most.as_u64().or_else(|| most.as_str()?.parse().ok())?;
        let target = policy.get("deadLetterTargetArn")?.as_str()?.to_owned();
        Some((target, u32::try_from(most).ok()?))
    }

    /// Puts a message at the end.
    pub(super) fn push(&mut self, message: Message) {
        self.oldest = self.oldest.min(message.sent);
        self.messages.push_back(message);
    }

    /// Forgets what is too old: messages by their retention, deduplication ids by theirs.
    pub(super) fn expire(&mut self, now: u64) {
        let retention = self.millis("MessageRetentionPeriod", 345_600);
        if self.oldest.saturating_add(retention) <= now {
            self.messages
                .retain(|message| message.sent + retention > now);
            let sent = self.messages.iter().map(|message| message.sent);
            self.oldest = sent.min().unwrap_or(u64::MAX);
        }
        self.sent
            .retain(|_, (sent, _, _)| *sent + DEDUPLICATION_MILLIS > now);
    }

    /// Takes messages out whose receipts are used up, for the dead-letter queue.
    pub(super) fn dead_letters(&mut self, now: u64) -> Option<(String, Vec<Message>)> {
        let (target, most) = self.redrive()?;
        let dead = |message: &Message| message.visible <= now && message.received >= most;
        let (dead, alive) = std::mem::take(&mut self.messages)
            .into_iter()
            .partition(dead);
        self.messages = alive;
        let dead: Vec<Message> = Vec::from(VecDeque::from_iter(dead));
        (!dead.is_empty()).then_some((target, dead))
    }

    /// The indices of up to `most` messages that may be received now.
    pub(super) fn receivable(&self, now: u64, most: usize) -> Vec<usize> {
        let mut blocked: BTreeSet<&str> = BTreeSet::new();
        let mut found = Vec::new();
        for (index, message) in self.messages.iter().enumerate() {
            let group = message.group.as_deref().filter(|_| self.is_fifo());
            if group.is_some_and(|group| blocked.contains(group)) {
                continue;
            }
            if message.visible <= now {
                found.push(index);
                if found.len() == most {
                    break;
                }
            } else if let Some(group) = group {
                // A FIFO group waits behind its first message, in flight or delayed.
                blocked.insert(group);
            }
        }
        found
    }

    /// When the next message becomes visible that is not visible now.
    pub(super) fn next_visible(&self, now: u64) -> Option<u64> {
        self.messages
            .iter()
            .map(|message| message.visible)
            .filter(|at| *at > now)
            .min()
    }
}
