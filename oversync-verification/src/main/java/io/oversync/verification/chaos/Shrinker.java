/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Makes a failing workload as short as possible by leaving out the parts that it fails
 * without: delta debugging over all events, then over network faults and numbers of
 * edits.
 */
final class Shrinker {

	private final Predicate<Workload> fails;

	private final long deadline;

	/**
	 * Creates a shrinker.
	 * @param fails runs a workload and returns whether it fails
	 * @param patience the longest time for all attempts
	 */
	Shrinker(Predicate<Workload> fails, Duration patience) {
		this.fails = fails;
		this.deadline = System.nanoTime() + patience.toNanos();
	}

	/**
	 * Shortens a workload.
	 * @param workload a workload that fails
	 * @return one that fails as well
	 */
	Workload shrink(Workload workload) {
		List<Event> steps = steps(workload);
		for (int user : workload.cast().stream().map(Role::user).distinct().toList()) {
			List<Event> alone = steps.stream().filter((step) -> step.concerns(user)).toList();
			if (alone.size() < steps.size() && stillFails(alone)) {
				steps = alone;
				break;
			}
		}
		// a server that is not killed makes every further try much faster
		steps = instead(steps, steps.stream().filter((step) -> step.disturbance() == null).toList());
		steps = instead(steps, steps.stream().map(Event::undisturbed).toList());
		return workload(simplify(leaveOut(steps)));
	}

	private List<Event> instead(List<Event> steps, List<Event> other) {
		return (!other.equals(steps) && stillFails(other)) ? other : steps;
	}

	private List<Event> leaveOut(List<Event> all) {
		List<Event> steps = all;
		int size = Math.max(1, steps.size() / 2);
		while (!isLate()) {
			boolean shorter = false;
			for (int from = 0; from < steps.size() && !isLate();) {
				List<Event> rest = new ArrayList<>(steps.subList(0, from));
				rest.addAll(steps.subList(Math.min(from + size, steps.size()), steps.size()));
				if (stillFails(rest)) {
					steps = rest;
					shorter = true;
				}
				else {
					from += size;
				}
			}
			if (size == 1 && !shorter) {
				break;
			}
			size = Math.max(1, size / 2);
		}
		return steps;
	}

	private List<Event> simplify(List<Event> all) {
		List<Event> steps = new ArrayList<>(all);
		for (int i = 0; i < steps.size() && !isLate(); i++) {
			Event step = steps.get(i);
			for (Event simpler : step.simpler()) {
				steps.set(i, simpler);
				if (stillFails(steps)) {
					break;
				}
				steps.set(i, step);
			}
		}
		return steps;
	}

	private boolean isLate() {
		return System.nanoTime() > this.deadline;
	}

	private boolean stillFails(List<Event> steps) {
		return !steps.isEmpty() && !isLate() && this.fails.test(workload(steps));
	}

	static List<Event> steps(Workload workload) {
		List<Event> steps = new ArrayList<>();
		for (int no = 0; no < workload.rounds().size(); no++) {
			Round round = workload.rounds().get(no);
			for (Disturbance disturbance : round.disturbances()) {
				steps.add(new Event(no, disturbance, null, null, null));
			}
			for (Turn turn : round.turns()) {
				for (Action action : turn.actions()) {
					steps.add(new Event(no, null, turn.role(), action, null));
				}
			}
			for (Transaction transaction : round.transactions()) {
				steps.add(new Event(no, null, null, null, transaction));
			}
		}
		return steps;
	}

	static Workload workload(List<Event> steps) {
		Map<Integer, List<Event>> rounds = new TreeMap<>();
		steps.forEach((step) -> rounds.computeIfAbsent(step.round(), (no) -> new ArrayList<>()).add(step));
		return new Workload(rounds.values().stream().map(Shrinker::round).toList());
	}

	private static Round round(List<Event> steps) {
		List<Disturbance> disturbances = new ArrayList<>();
		Map<Role, List<Action>> turns = new LinkedHashMap<>();
		List<Transaction> transactions = new ArrayList<>();
		for (Event step : steps) {
			if (step.disturbance() != null) {
				disturbances.add(step.disturbance());
			}
			if (step.transaction() != null) {
				transactions.add(step.transaction());
			}
			if (step.role() != null && step.action() != null) {
				turns.computeIfAbsent(step.role(), (role) -> new ArrayList<>()).add(step.action());
			}
		}
		List<Turn> all = new ArrayList<>();
		turns.forEach((role, actions) -> all.add(new Turn(role, actions)));
		return new Round(disturbances, all, transactions);
	}

	/**
	 * One event that can be left out.
	 *
	 * @param round its round
	 * @param disturbance the disturbance of the server, or null
	 * @param role the acting device, or null
	 * @param action its action, or null
	 * @param transaction the transaction of the application, or null
	 */
	record Event(int round, @Nullable Disturbance disturbance, @Nullable Role role, @Nullable Action action,
			@Nullable Transaction transaction) {

		boolean concerns(int user) {
			return this.role == null || this.role.user() == user;
		}

		/** Returns the workload on a good network. */
		Event undisturbed() {
			return (this.action != null && !this.action.faults().isEmpty())
					? with(Action.exchange(this.action.kind(), this.action.count(), List.of())) : this;
		}

		/** Returns possible replacements, the simplest first. */
		List<Event> simpler() {
			Transaction whole = this.transaction;
			if (whole != null) {
				return simpler(whole);
			}
			if (this.disturbance != null) {
				return simpler(this.disturbance);
			}
			Action all = this.action;
			if (all == null) {
				return List.of();
			}
			List<Event> simpler = new ArrayList<>();
			if (all.edits() && all.count() > 1) {
				simpler.add(with(Action.edit(all.kind(), all.seed(), 1)));
			}
			for (int length = 0; length < all.faults().size(); length++) {
				simpler.add(with(Action.exchange(all.kind(), all.count(), all.faults().subList(0, length))));
			}
			return simpler;
		}

		private List<Event> simpler(Disturbance whole) {
			Disturbance.Kind kind = switch (whole.kind()) {
				case PUT_SERVER_BACK_DECLARED -> Disturbance.Kind.PUT_SERVER_BACK;
				case EXPIRE_TOMBSTONES -> Disturbance.Kind.COMPACT;
				default -> whole.kind();
			};
			return (kind == whole.kind()) ? List.of()
					: List.of(new Event(this.round, new Disturbance(kind, whole.afterMillis()), null, null, null));
		}

		private Event with(Action other) {
			return new Event(this.round, null, this.role, other, null);
		}

		private List<Event> simpler(Transaction whole) {
			List<Event> simpler = new ArrayList<>();
			for (int count = 1; count < whole.count(); count++) {
				simpler.add(with(whole.with(count, 0)));
				simpler.add(with(whole.with(count, whole.rounds())));
			}
			if (whole.rounds() > 0) {
				simpler.add(with(whole.with(whole.count(), 0)));
			}
			return simpler;
		}

		private Event with(Transaction other) {
			return new Event(this.round, null, null, null, other);
		}

	}

}
