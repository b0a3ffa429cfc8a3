/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Adds what happens in the long life of a stream to a workload: compactions, devices that
 * stay away until compactions no longer wait for them, revocations, and devices that the
 * server forgets. Apart from the generator of the other events, so that these are the
 * same with and without.
 */
final class LifeEvents {

	private static final int LATEST_MILLIS = 200;

	private static final int LONGEST_ABSENCE = 5;

	private static final int LONGEST_REVOCATION = 3;

	private final Random random;

	private final int users;

	private final int devices;

	private final Set<Disturbance.Kind> possible;

	/**
	 * Creates the events of one workload.
	 * @param random determines them
	 * @param users the number of users
	 * @param devices the number of devices of each user
	 * @param possible the possible disturbances of the server
	 */
	LifeEvents(Random random, int users, int devices, Set<Disturbance.Kind> possible) {
		this.random = random;
		this.users = users;
		this.devices = devices;
		this.possible = possible;
	}

	/**
	 * Adds events to rounds.
	 * @param rounds the rounds of a workload
	 * @return as many rounds
	 */
	List<Round> addTo(List<Round> rounds) {
		List<Draft> drafts = rounds.stream().map(Draft::new).toList();
		// before the server has heard of the users, only the application acts
		List<Draft> lived = drafts.stream().filter((draft) -> !draft.round.isOfTheApplication()).toList();
		if (this.possible.contains(Disturbance.Kind.PUT_SERVER_BACK_DECLARED)) {
			declare(lived);
		}
		for (Draft draft : lived) {
			if (this.random.nextInt(3) == 0) {
				compact(draft);
			}
		}
		for (int user = 0; user < this.users; user++) {
			for (int device = 0; device < this.devices; device++) {
				live(lived, new Role(user, device));
			}
		}
		if (this.possible.contains(Disturbance.Kind.EXPIRE_TOMBSTONES)) {
			lived.forEach(this::expireTombstones);
		}
		return drafts.stream().map(Draft::finished).toList();
	}

	/** A restore is declared, or followed by one that is, or neither. */
	private void declare(List<Draft> rounds) {
		int choice = this.random.nextInt(3);
		for (int no = 0; no < rounds.size(); no++) {
			List<Disturbance> disturbances = rounds.get(no).disturbances;
			if (disturbances.stream().noneMatch((disturbance) -> disturbance.kind().putsBack())) {
				continue;
			}
			Disturbance declared = new Disturbance(Disturbance.Kind.PUT_SERVER_BACK_DECLARED,
					this.random.nextInt(LATEST_MILLIS));
			if (choice == 0) {
				disturbances.replaceAll((disturbance) -> disturbance.kind().putsBack() ? declared : disturbance);
			}
			else if (choice == 1 && no + 1 < rounds.size()) {
				rounds.get(no + 1 + this.random.nextInt(rounds.size() - no - 1)).disturbances.add(declared);
			}
			return;
		}
	}

	private void compact(Draft draft) {
		draft.disturbances.add(new Disturbance(Disturbance.Kind.COMPACT, this.random.nextInt(LATEST_MILLIS)));
	}

	/** In every other compaction tombstones expire, too. */
	private void expireTombstones(Draft draft) {
		draft.disturbances
			.replaceAll((disturbance) -> (disturbance.kind() == Disturbance.Kind.COMPACT && this.random.nextBoolean())
					? new Disturbance(Disturbance.Kind.EXPIRE_TOMBSTONES, disturbance.afterMillis()) : disturbance);
	}

	private void live(List<Draft> rounds, Role role) {
		if (this.random.nextBoolean()) {
			rounds.get(0).turn(role).add(0, Action.of(Action.Kind.ROAM));
		}
		int round = this.random.nextInt(rounds.size());
		switch (this.random.nextInt(6)) {
			case 0, 1 -> stayAway(rounds, role, round);
			case 2 -> revoke(rounds, role, round);
			case 3 -> rounds.get(round).turn(role).add(Action.of(Action.Kind.FORGET));
			default -> {
				// lives on
			}
		}
	}

	private void stayAway(List<Draft> rounds, Role role, int round) {
		rounds.get(round).turn(role).add(Action.of(Action.Kind.EXPIRE));
		int back = Math.min(rounds.size(), round + 2 + this.random.nextInt(LONGEST_ABSENCE));
		for (int away = round + 1; away < back; away++) {
			rounds.get(away).turns.remove(role);
		}
		if (back > round + 1) {
			compact(rounds.get(round + 1 + this.random.nextInt(back - round - 1)));
		}
	}

	private void revoke(List<Draft> rounds, Role role, int round) {
		List<Action> turn = rounds.get(round).turn(role);
		int place = this.random.nextInt(turn.size() + 1);
		turn.add(place, Action.of(Action.Kind.REVOKE));
		turn.add(place + 1, Action.exchange(Action.Kind.SYNC, 0, List.of()));
		int back = round + this.random.nextInt(LONGEST_REVOCATION + 1);
		Action end = Action.of(this.random.nextInt(3) > 0 ? Action.Kind.PERMIT : Action.Kind.FORGET);
		if (back == round) {
			turn.add(end);
		}
		else if (back < rounds.size()) {
			rounds.get(back).turn(role).add(0, end);
		}
	}

	/** A round that is being changed. */
	private static final class Draft {

		private final Round round;

		private final List<Disturbance> disturbances;

		private final Map<Role, List<Action>> turns = new LinkedHashMap<>();

		Draft(Round round) {
			this.round = round;
			this.disturbances = new ArrayList<>(round.disturbances());
			round.turns().forEach((turn) -> this.turns.put(turn.role(), new ArrayList<>(turn.actions())));
		}

		List<Action> turn(Role role) {
			return this.turns.computeIfAbsent(role, (any) -> new ArrayList<>());
		}

		Round finished() {
			List<Turn> all = new ArrayList<>();
			this.turns.forEach((role, actions) -> all.add(new Turn(role, actions)));
			return new Round(this.disturbances, all, this.round.transactions());
		}

	}

}
