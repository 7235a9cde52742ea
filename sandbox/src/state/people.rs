//! The people of an organisation, indexed by id and by every term that finds them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::records::{Contact, Conversation, Record, RecordId, TermKind, User};

/// Records, conversations and their indexes. Slots are never reused, so a listing keeps the order of arrival.
#[derive(Debug, Default)]
pub struct People {
    records: Vec<Option<Record>>,
    by_id: HashMap<RecordId, usize>,
    /// Whole values, lower case.
    exact: HashMap<(TermKind, String), BTreeSet<usize>>,
    /// Single words of names and addresses, lower case, in order so that a prefix is a range.
    words: BTreeMap<(TermKind, String), BTreeSet<usize>>,
    conversations: Vec<Option<Conversation>>,
    by_participant: HashMap<String, BTreeSet<usize>>,
}

impl People {
    /// Adds a record, in the place of one with the same id if there is one.
    pub fn add(&mut self, record: Record) {
        self.remove(&record.id());
        let slot = self.records.len();
        self.by_id.insert(record.id(), slot);
        self.index(slot, &record);
        self.records.push(Some(record));
    }

    /// Adds contacts that are one person; the first is the canonical one.
    pub fn add_merge_set(&mut self, mut members: Vec<Contact>) {
        let ids: Vec<String> = members.iter().map(|member| member.id.clone()).collect();
        for member in &mut members {
            member.canonical = ids.first().cloned();
            member.merge_set = ids.clone();
        }
        members.into_iter().for_each(|member| self.add(Record::Contact(member)));
    }

    /// Adds a conversation.
    pub fn add_conversation(&mut self, conversation: Conversation) {
        let slot = self.conversations.len();
        for participant in &conversation.participants {
            self.by_participant.entry(participant.to_lowercase()).or_default().insert(slot);
        }
        self.conversations.push(Some(conversation));
    }

    /// Takes a record out. Whether it was there.
    pub fn remove(&mut self, id: &RecordId) -> bool {
        let Some(slot) = self.by_id.remove(id) else { return false };
        if let Some(record) = self.records[slot].take() {
            self.unindex(slot, &record);
        }
        true
    }

    /// Takes out every conversation `participant` took part in.
    pub fn remove_conversations(&mut self, participant: &str) {
        for slot in self.by_participant.remove(&participant.to_lowercase()).unwrap_or_default() {
            self.conversations[slot] = None;
        }
    }

    /// Puts one value in the place of another. Whether the record had the old one.
    pub fn replace(&mut self, id: &RecordId, kind: TermKind, old: &str, new: &str) -> bool {
        let Some(&slot) = self.by_id.get(id) else { return false };
        let Some(mut record) = self.records[slot].take() else { return false };
        self.unindex(slot, &record);
        let changed = record.details_mut().replace(kind, old, new);
        self.index(slot, &record);
        self.records[slot] = Some(record);
        changed
    }

    /// The record with this id.
    pub fn get(&self, id: &RecordId) -> Option<&Record> {
        self.by_id.get(id).and_then(|slot| self.records[*slot].as_ref())
    }

    /// The contact with this id, as it is stored.
    pub fn contact(&self, id: &str) -> Option<&Contact> {
        match self.get(&RecordId::Contact(id.to_owned())) {
            Some(Record::Contact(contact)) => Some(contact),
            _ => None,
        }
    }

    /// The contact that answers for this id: itself, or the head of its merge set (contract §4).
    pub fn resolved_contact(&self, id: &str) -> Option<&Contact> {
        let contact = self.contact(id)?;
        match &contact.canonical {
            Some(canonical) if canonical != id => self.contact(canonical),
            _ => Some(contact),
        }
    }

    /// The user with this id.
    pub fn user(&self, id: &str) -> Option<&User> {
        match self.get(&RecordId::User(id.to_owned())) {
            Some(Record::User(user)) => Some(user),
            _ => None,
        }
    }

    /// Whom a term finds. Names and addresses match if every word asked for begins a word of the record, in any order:
    /// the contract promises nothing (§3.1), so the sandbox is as fuzzy as a careful client must expect.
    pub fn search(&self, kind: TermKind, value: &str) -> Vec<&Record> {
        let slots = if kind.is_fuzzy() {
            self.search_words(kind, value)
        } else {
            self.exact.get(&(kind, value.trim().to_lowercase())).cloned().unwrap_or_default()
        };
        slots.into_iter().filter_map(|slot| self.records[slot].as_ref()).collect()
    }

    /// The conversations somebody took part in.
    pub fn conversations_of(&self, participant: &str) -> Vec<&Conversation> {
        let slots = self.by_participant.get(&participant.to_lowercase());
        slots.into_iter().flatten().filter_map(|slot| self.conversations[*slot].as_ref()).collect()
    }

    /// All records, in order of arrival.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.records.iter().flatten()
    }

    /// All conversations, in order of arrival.
    pub fn conversations(&self) -> impl Iterator<Item = &Conversation> {
        self.conversations.iter().flatten()
    }

    fn search_words(&self, kind: TermKind, value: &str) -> BTreeSet<usize> {
        let mut found: Option<BTreeSet<usize>> = None;
        for word in words(value) {
            let from = (kind, word.clone());
            let hits = self.words.range(from..).take_while(|((k, w), _)| *k == kind && w.starts_with(&word));
            let hits: BTreeSet<usize> = hits.flat_map(|(_, slots)| slots.iter().copied()).collect();
            found = Some(match found {
                None => hits,
                Some(before) => before.intersection(&hits).copied().collect(),
            });
        }
        found.unwrap_or_default()
    }

    fn index(&mut self, slot: usize, record: &Record) {
        for (kind, value) in record.details().terms() {
            if kind.is_fuzzy() {
                words(value).for_each(|word| {
                    self.words.entry((kind, word)).or_default().insert(slot);
                });
            } else {
                self.exact.entry((kind, value.to_lowercase())).or_default().insert(slot);
            }
        }
    }

    fn unindex(&mut self, slot: usize, record: &Record) {
        for (kind, value) in record.details().terms() {
            if kind.is_fuzzy() {
                for key in words(value).map(|word| (kind, word)) {
                    if let Some(slots) = self.words.get_mut(&key) {
                        slots.remove(&slot);
                    }
                }
            } else if let Some(slots) = self.exact.get_mut(&(kind, value.to_lowercase())) {
                slots.remove(&slot);
            }
        }
    }
}

fn words(value: &str) -> impl Iterator<Item = String> {
    value.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}
