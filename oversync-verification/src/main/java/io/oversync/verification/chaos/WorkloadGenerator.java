/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Generates workloads: the same one for the same seed.
 */
final class WorkloadGenerator {

	private static final int MAX_ROUNDS = 30;

	private static final int LONGEST_DELAY = 120;

	private static final int THOUSAND = 1000;

	private static final long LIFE = 0x5deece66dL;

	private static final Action.Kind[] DATABASES = { Action.Kind.REOPEN, Action.Kind.BACK_UP, Action.Kind.PUT_BACK };

	/** The faults that affect the next exchange, whichever it is. */
	private static final Fault.Kind[] FAULTS = EnumSet
		.complementOf(EnumSet.of(Fault.Kind.NONE, Fault.Kind.LOSE_UPLOAD_RESPONSE))
		.toArray(Fault.Kind[]::new);

	private static final Transaction.Ending[] ENDINGS = Transaction.Ending.values();

	private final Random random;

	/** Apart from the other, so that devices do the same with and without. */
	private final Random transactions;

	private final int users;

	private final int devices;

	private final Set<Disturbance.Kind> disturbances;

	private final @Nullable LifeEvents life;

	private final boolean application;

	/**
	 * Creates a generator of one workload.
	 * @param seed determines the workload
	 * @param users the number of users
	 * @param devices the number of devices of each user
	 * @param disturbances the possible disturbances of the server
	 * @param application whether an application writes, too
	 */
	WorkloadGenerator(long seed, int users, int devices, Set<Disturbance.Kind> disturbances, boolean application) {
		this.random = new Random(seed);
		this.transactions = new Random(~seed);
		this.users = users;
		this.devices = devices;
		this.disturbances = disturbances;
		this.life = disturbances.contains(Disturbance.Kind.COMPACT)
				? new LifeEvents(new Random(seed ^ LIFE), users, devices, disturbances) : null;
		this.application = application;
	}

	Workload generate() {
		int length = 8 + this.random.nextInt(MAX_ROUNDS - 8);
		boolean killed = this.disturbances.contains(Disturbance.Kind.KILL_SERVER) && this.random.nextInt(10) < 6;
		int kill = killed ? this.random.nextInt(length) : -1;
		boolean putBack = this.disturbances.contains(Disturbance.Kind.PUT_SERVER_BACK) && this.random.nextInt(10) < 4;
		int copied = putBack ? this.random.nextInt(length - 1) : -1;
		int back = putBack ? copied + 1 + this.random.nextInt(Math.min(4, length - copied - 1)) : -1;
		List<Round> rounds = new ArrayList<>();
		if (this.application && this.transactions.nextBoolean()) {
			rounds.add(new Round(List.of(), List.of(), transactions()));
		}
		for (int no = 0; no < length; no++) {
			List<Disturbance> disturbances = (no == copied) ? List.of(of(Disturbance.Kind.BACK_UP_SERVER))
					: (no == back) ? List.of(of(Disturbance.Kind.PUT_SERVER_BACK)) : disturbances(no == kill);
			rounds.add(new Round(disturbances, turns(), transactions()));
		}
		return new Workload((this.life != null) ? this.life.addTo(rounds) : rounds);
	}

	private Disturbance of(Disturbance.Kind kind) {
		return new Disturbance(kind, this.random.nextInt(200));
	}

	private List<Disturbance> disturbances(boolean kill) {
		if (kill) {
			return List.of(of(Disturbance.Kind.KILL_SERVER));
		}
		if (this.disturbances.contains(Disturbance.Kind.CUT_CONNECTIONS) && this.random.nextInt(8) == 0) {
			return List.of(new Disturbance(Disturbance.Kind.CUT_CONNECTIONS, this.random.nextInt(60)));
		}
		return List.of();
	}

	private List<Transaction> transactions() {
		List<Transaction> transactions = new ArrayList<>();
		int count = this.application ? 1 + this.transactions.nextInt(4) : 0;
		for (int i = 0; i < count; i++) {
			int rounds = (this.transactions.nextInt(6) == 0) ? 1 + this.transactions.nextInt(2) : 0;
			transactions.add(new Transaction(this.transactions.nextInt(150), this.transactions.nextLong(),
					1 + this.transactions.nextInt(4), this.transactions.nextInt(300), rounds, ending()));
		}
		return transactions;
	}

	/** Two of three are committed. */
	private Transaction.Ending ending() {
		return (this.transactions.nextInt(2) == 0) ? Transaction.Ending.COMMIT
				: ENDINGS[this.transactions.nextInt(ENDINGS.length)];
	}

	private List<Turn> turns() {
		List<Turn> turns = new ArrayList<>();
		for (int user = 0; user < this.users; user++) {
			for (int device = 0; device < this.devices; device++) {
				if (this.random.nextInt(10) > 0) {
					turns.add(new Turn(new Role(user, device), actions()));
				}
			}
		}
		return turns;
	}

	private List<Action> actions() {
		List<Action> actions = new ArrayList<>();
		int count = 1 + this.random.nextInt(5);
		for (int i = 0; i < count; i++) {
			int what = this.random.nextInt(100);
			if (what < 2) {
				actions.add(Action.edit(Action.Kind.REBUILD_TABLE, this.random.nextLong(), 1));
			}
			else if (what < 4) {
				actions.add(new Action(Action.Kind.CHANGE_COLUMN, this.random.nextLong(), 1, faults()));
			}
			else if (what < 50) {
				Action.Kind kind = (what < 40) ? Action.Kind.EDIT
						: (what < 45) ? Action.Kind.ADD_CHILDREN : Action.Kind.DELETE_PARENTS;
				actions.add(Action.edit(kind, this.random.nextLong(), 1 + this.random.nextInt(5)));
				if (kind == Action.Kind.DELETE_PARENTS && this.random.nextBoolean()) {
					// refused changes are sent again
					actions.add(Action.exchange(Action.Kind.UPLOAD, 0,
							List.of(new Fault(Fault.Kind.LOSE_UPLOAD_RESPONSE, 0))));
				}
			}
			else if (what < 80) {
				actions.add(Action.exchange(Action.Kind.SYNC, 0, faults()));
			}
			else if (what < 87) {
				actions.add(Action.exchange(Action.Kind.UPLOAD, 0, faults()));
			}
			else if (what < 92) {
				actions.add(Action.exchange(Action.Kind.DOWNLOAD, 1 + this.random.nextInt(20), faults()));
			}
			else if (what < 94) {
				Action.Kind kind = (what < 93) ? Action.Kind.HYDRATE : Action.Kind.VERIFY;
				actions.add(Action.exchange(kind, 0, faults()));
			}
			else if (what < 96) {
				actions.add(Action.of(DATABASES[this.random.nextInt(DATABASES.length)]));
			}
			else if (what < 97) {
				actions.add(Action.of(Action.Kind.REINSTALL));
			}
			else {
				actions.add(Action.of((what < 99) ? Action.Kind.GIVE_UP : Action.Kind.TRY_AGAIN));
			}
		}
		return actions;
	}

	/**
	 * Half of the time there are no faults; otherwise a few exchanges have faults, or
	 * all.
	 */
	private List<Fault> faults() {
		List<Fault> faults = new ArrayList<>();
		int weather = this.random.nextInt(10);
		int count = (weather < 5) ? 0 : 1 + this.random.nextInt(6);
		for (int i = 0; i < count; i++) {
			if (weather == 9) {
				faults.add(new Fault(Fault.Kind.LOSE_REQUEST, 0));
			}
			else {
				faults.add((this.random.nextInt(3) > 0) ? fault() : Fault.NONE);
			}
		}
		return faults;
	}

	private Fault fault() {
		Fault.Kind kind = FAULTS[this.random.nextInt(FAULTS.length)];
		return new Fault(kind, this.random.nextInt(switch (kind) {
			case DELAY_REQUEST, DELAY_RESPONSE -> LONGEST_DELAY;
			default -> THOUSAND;
		}));
	}

}
