//! [`WaitGraph`]: who holds which key, who waits for it, and which runs that holds up.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::RangeInclusive;

use super::agent::{Agent, Session};
use super::notice::Waiter;
use crate::digest::Digest;

/// A wait's own number. They rise, so their order is the order of arrival.
pub(super) type Number = u64;

/// A wait that has not ended.
pub(super) struct QueuedWait {
    pub(super) key: Digest,
    pub(super) agent: Agent,
    pub(super) id: u64,
    pub(super) is_blocking: bool,
    /// The leases of the agent under which the wait stands in [`KeyState::nested`]. Empty when it is blocking.
    blocked: Vec<Digest>,
}

/// A key that is held or waited for.
#[derive(Default)]
struct KeyState {
    holder: Option<Agent>,
    is_promised: bool,
    /// Waits of the holder that its run of this key is held up by.
    nested: BTreeSet<Number>,
    queue: BTreeSet<Number>,
}

/// An agent that holds or waits for something.
#[derive(Default)]
struct AgentState {
    leases: BTreeSet<Digest>,
    waits: BTreeMap<(u64, Digest), Number>,
    /// The one blocking wait of the thread.
    blocked_in: Option<Number>,
}

/// The keys, waits and agents, always consistent with each other. Nothing is kept of a key that is neither held nor
/// waited for, nor of an agent that does neither.
#[derive(Default)]
pub(super) struct WaitGraph {
    keys: HashMap<Digest, KeyState>,
    waits: HashMap<Number, QueuedWait>,
    agents: BTreeMap<Agent, AgentState>,
    last: Number,
}

impl WaitGraph {
    pub(super) fn holder(&self, key: Digest) -> Option<Agent> {
        self.keys.get(&key)?.holder
    }

    pub(super) fn is_promised(&self, key: Digest) -> bool {
        self.keys.get(&key).is_some_and(|state| state.is_promised)
    }

    /// Notes that the key's run is asynchronous, until it is let go.
    pub(super) fn promise(&mut self, key: Digest) {
        if let Some(state) = self.keys.get_mut(&key) {
            state.is_promised = true;
        }
    }

    /// Gives a key that nobody holds to an agent.
    pub(super) fn hold(&mut self, key: Digest, agent: Agent) {
        self.keys.entry(key).or_default().holder = Some(agent);
        self.agents.entry(agent).or_default().leases.insert(key);
    }

    /// Takes the key from its holder. Waits that were nested in the run hold it up no longer.
    pub(super) fn let_go(&mut self, key: Digest) {
        let Some(state) = self.keys.get_mut(&key) else { return };
        state.is_promised = false;
        state.nested.clear();
        if let Some(agent) = state.holder.take() {
            if let Some(state) = self.agents.get_mut(&agent) {
                state.leases.remove(&key);
            }
            self.tidy_agent(agent);
        }
        self.tidy_key(key);
    }

    /// Adds a wait at the end of the key's queue.
    pub(super) fn enqueue(&mut self, key: Digest, waiter: Waiter) {
        let Waiter { agent, id, mut blocked, is_blocking } = waiter;
        self.last += 1;
        let number = self.last;
        // The thread's own leases stand for all that a blocking wait holds up, those that come later included.
        blocked.retain(|key| !is_blocking && self.holder(*key) == Some(agent));
        for key in &blocked {
            self.keys.entry(*key).or_default().nested.insert(number);
        }
        self.keys.entry(key).or_default().queue.insert(number);
        let state = self.agents.entry(agent).or_default();
        state.waits.insert((id, key), number);
        if is_blocking {
            state.blocked_in = Some(number);
        }
        self.waits.insert(number, QueuedWait { key, agent, id, is_blocking, blocked });
    }

    /// Ends a wait, wherever it stands in the queue.
    pub(super) fn dequeue(&mut self, number: Number) -> Option<QueuedWait> {
        let wait = self.waits.remove(&number)?;
        for key in &wait.blocked {
            if let Some(state) = self.keys.get_mut(key) {
                state.nested.remove(&number);
            }
        }
        if let Some(state) = self.keys.get_mut(&wait.key) {
            state.queue.remove(&number);
        }
        if let Some(state) = self.agents.get_mut(&wait.agent) {
            state.waits.remove(&(wait.id, wait.key));
            state.blocked_in.take_if(|blocked_in| *blocked_in == number);
        }
        self.tidy_key(wait.key);
        self.tidy_agent(wait.agent);
        Some(wait)
    }

    /// The waits for a key, in order of arrival.
    pub(super) fn queue(&self, key: Digest) -> impl Iterator<Item = (Number, &QueuedWait)> {
        let numbers = self.keys.get(&key).into_iter().flat_map(|state| &state.queue);
        numbers.filter_map(|number| Some((*number, self.waits.get(number)?)))
    }

    pub(super) fn find(&self, key: Digest, agent: Agent, id: u64) -> Option<Number> {
        self.agents.get(&agent)?.waits.get(&(id, key)).copied()
    }

    /// The wait that the agent's thread stands still in.
    pub(super) fn blocked_in(&self, agent: Agent) -> Option<Number> {
        self.agents.get(&agent)?.blocked_in
    }

    /// Whether some run that this waiter holds up would have to end before its wait for the key can.
    pub(super) fn closes_cycle(&self, key: Digest, waiter: &Waiter) -> bool {
        let holds_leases =
            self.agents.get(&waiter.agent).is_some_and(|state| !state.leases.is_empty());
        // Most waits hold up nothing, and need no search.
        if !holds_leases || (waiter.blocked.is_empty() && !waiter.is_blocking) {
            return false;
        }
        let blocked: HashSet<&Digest> = waiter.blocked.iter().collect();
        let is_held_up = |key: &Digest| waiter.is_blocking || blocked.contains(key);
        self.reaches(key, |key| self.holder(*key) == Some(waiter.agent) && is_held_up(key))
    }

    /// Whether the run of a key could not end if this agent held it, as its thread is blocked for what needs that run.
    pub(super) fn is_stuck(&self, key: Digest, agent: Agent) -> bool {
        let wait = self.blocked_in(agent).and_then(|number| self.waits.get(&number));
        wait.is_some_and(|wait| self.reaches(wait.key, |reached| *reached == key))
    }

    /// Whether the edges lead from a key to one that is looked for. A key leads to itself.
    fn reaches(&self, from: Digest, is_wanted: impl Fn(&Digest) -> bool) -> bool {
        let mut seen = HashSet::from([from]);
        let mut open = vec![from];
        while let Some(key) = open.pop() {
            if is_wanted(&key) {
                return true;
            }
            open.extend(self.needs(key).filter(|next| seen.insert(*next)));
        }
        false
    }

    /// The keys that must end before the run of this one can.
    fn needs(&self, key: Digest) -> impl Iterator<Item = Digest> {
        let state = self.keys.get(&key);
        let blocked_in = state.and_then(|state| self.blocked_in(state.holder?));
        let nested = state.into_iter().flat_map(|state| &state.nested).copied();
        nested.chain(blocked_in).filter_map(|number| Some(self.waits.get(&number)?.key))
    }

    /// The keys that are waited for but not held, those waited for longest first.
    pub(super) fn unheld(&self) -> Vec<Digest> {
        let unheld = self.keys.iter().filter(|(_, state)| state.holder.is_none());
        let mut unheld: Vec<_> = unheld.map(|(key, state)| (state.queue.first(), *key)).collect();
        unheld.sort_unstable();
        unheld.into_iter().map(|(_, key)| key).collect()
    }

    /// The numbers of these agents' waits, and their leases.
    pub(super) fn of_agents(
        &self,
        agents: RangeInclusive<Agent>,
    ) -> (Vec<Number>, Vec<(Agent, Digest)>) {
        let agents = || self.agents.range(agents.clone());
        let waits = agents().flat_map(|(_, state)| state.waits.values().copied()).collect();
        let leases = agents()
            .flat_map(|(agent, state)| state.leases.iter().map(|key| (*agent, *key)))
            .collect();
        (waits, leases)
    }

    /// How many leases and waits a session has.
    pub(super) fn counts(&self, session: Session) -> (usize, usize) {
        let agents = self.agents.range(session.agents());
        agents.fold((0, 0), |(leases, waits), (_, state)| {
            (leases + state.leases.len(), waits + state.waits.len())
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    fn tidy_key(&mut self, key: Digest) {
        if self.keys.get(&key).is_some_and(|state| state.holder.is_none() && state.queue.is_empty())
        {
            self.keys.remove(&key);
        }
    }

    fn tidy_agent(&mut self, agent: Agent) {
        if self
            .agents
            .get(&agent)
            .is_some_and(|state| state.leases.is_empty() && state.waits.is_empty())
        {
            self.agents.remove(&agent);
        }
    }
}
