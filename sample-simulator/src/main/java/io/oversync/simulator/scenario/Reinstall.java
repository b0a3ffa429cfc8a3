/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.oversync.simulator.sample.SampleTable;
import io.oversync.verification.device.Device;
import io.oversync.verification.device.RandomEdits;
import io.oversync.verification.device.TableModel;
import io.oversync.verification.device.WireEntry;

/**
 * The application is deleted and installed again.
 */
final class Reinstall extends Scenario {

	private static final TableModel[] TABLES = { SampleTable.USERS, SampleTable.POSTS, SampleTable.CATEGORIES };

	private static final int EDITS = 20;

	Reinstall() {
		super("reinstall", "A device that has lost its database but not its id gets everything back and works on.");
	}

	@Override
	void play(Stage stage) {
		String ann = stage.user("ann");
		Ledger ledger = new Ledger(stage, ann);
		Device phone = stage.device(ann, "phone", TABLES);
		Device tablet = stage.device(ann, "tablet", TABLES);
		RandomEdits edits = stage.edits();
		work(stage, edits, ledger, phone, tablet);
		stage.tell("phone and tablet have worked: " + ledger.rows().size() + " rows on the server");
		Set<Long> before = numbers(stage, phone);

		phone.reinstall();
		stage.tell("the phone is installed again: the same id, an empty database");
		stage.require(phone.rows().isEmpty(), phone + " has rows after it was installed again");
		edit(stage.edits(), phone);
		stage.tell("it is written to at once, and has " + phone.rows().size() + " new rows when it hydrates");
		ledger.hydrate(phone);
		stage.tell("everything is back, its own changes too: it has " + phone.rows().size() + " rows");
		ledger.sync(phone);
		stage.sync(tablet);
		ledger.verify();

		work(stage, edits, ledger, phone, tablet);
		requireNewNumbers(stage, phone, before);
		stage.tell("the work goes on: " + ledger.rows().size() + " rows on both devices and the server");
	}

	private static void work(Stage stage, RandomEdits edits, Ledger ledger, Device phone, Device tablet) {
		edit(edits, phone);
		ledger.sync(phone);
		stage.sync(tablet);
		edit(edits, tablet);
		ledger.sync(tablet);
		stage.sync(phone);
		ledger.verify();
	}

	private static void edit(RandomEdits edits, Device device) {
		for (int i = 0; i < EDITS || device.rows().isEmpty(); i++) {
			edits.edit(device);
		}
	}

	/** Returns the numbers that a device has given to its changes. */
	private static Set<Long> numbers(Stage stage, Device device) {
		return stage.stream(device.user())
			.stream()
			.filter((entry) -> entry.sourceId().equals(device.name()))
			.map(WireEntry::sourceChangeId)
			.collect(Collectors.toSet());
	}

	private static void requireNewNumbers(Stage stage, Device device, Set<Long> before) {
		Set<Long> after = new HashSet<>(numbers(stage, device));
		stage.require(after.containsAll(before), "The server has lost changes of " + device);
		after.removeAll(before);
		long highest = before.stream().mapToLong(Long::longValue).max().orElseThrow();
		List<Long> low = after.stream().filter((number) -> number <= highest).toList();
		stage.require(!after.isEmpty() && low.isEmpty(), device + " should go on counting after " + highest
				+ ", but has numbered " + after.size() + " changes, of which below: " + low);
	}

}
