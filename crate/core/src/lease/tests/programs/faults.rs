//! What happens to processes while their programs run.

use super::world::*;
use crate::lease::*;

impl World {
    fn kill(&mut self, session: Session) {
        self.alive.remove(&session);
        self.away.remove(&session);
        for call in self.calls.iter_mut().filter(|call| call.agent.session == session) {
            if call.is_leased && call.state == State::Running {
                self.runs[call.key].ended_without += 1;
            }
            call.state = State::Done;
        }
        let notices = self.table.leave(session);
        self.hear(notices);
    }

    fn time_out(&mut self, index: usize) {
        let Call { agent, key, .. } = self.calls[index];
        assert!(self.table.cancel(digest(key), agent, index as u64));
        self.run_free(index);
    }

    fn hand_over(&mut self) {
        self.table = Leases::default();
        self.table.await_sessions(self.alive.iter().copied());
        self.away.clone_from(&self.alive);
    }

    pub(super) fn come_back(&mut self, session: Session) {
        self.away.remove(&session);
        let calls = 0..self.calls.len();
        let own: Vec<_> = calls.filter(|at| self.calls[*at].agent.session == session).collect();
        for &index in &own {
            let Call { agent, key, state, is_leased, is_blocking, .. } = self.calls[index];
            if state == State::Told(Turn::Granted) || (is_leased && state == State::Running) {
                assert!(self.table.restate(digest(key), agent), "somebody else has the lease");
                if self.functions[key].kind == Kind::Promising && is_leased && !is_blocking {
                    let notices = self.table.promised(digest(key), agent);
                    self.hear(notices);
                }
            }
        }
        for index in own {
            if self.calls[index].state == State::Waiting {
                self.wait(index);
            }
        }
        let notices = self.table.restated(session);
        self.hear(notices);
    }

    pub(super) fn disturb(&mut self) {
        let waiting = |at: &usize| self.calls[*at].state == State::Waiting && self.is_on_turn(*at);
        let waiting: Vec<_> = (0..self.calls.len()).filter(waiting).collect();
        match self.pick(4) {
            0 if self.alive.len() > 1 => {
                let victim = self.pick(self.alive.len());
                self.kill(*self.alive.iter().nth(victim).unwrap());
            }
            1 if !waiting.is_empty() => {
                let index = waiting[self.pick(waiting.len())];
                self.time_out(index);
            }
            2 | 3 => self.hand_over(),
            _ => {}
        }
    }
}
