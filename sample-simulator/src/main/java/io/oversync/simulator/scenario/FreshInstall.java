/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

import java.util.List;
import java.util.Map;

import io.oversync.simulator.sample.SampleTable;
import io.oversync.verification.device.Device;
import io.oversync.verification.device.RandomEdits;
import io.oversync.verification.device.TableModel;

/**
 * A new device is used before it has ever been online.
 */
final class FreshInstall extends Scenario {

	private static final TableModel[] TABLES = { SampleTable.USERS, SampleTable.POSTS };

	FreshInstall() {
		super("fresh-install",
				"What is written on a new device before anybody has signed in is synced when the network comes.");
	}

	@Override
	void play(Stage stage) {
		String ann = stage.user("ann");
		Ledger ledger = new Ledger(stage, ann);
		Device tablet = stage.device(ann, "tablet", TABLES);
		useFormerly(stage, tablet, ledger);

		Device phone = stage.device(ann, "phone", TABLES);
		stage.disconnect(phone);
		stage.tell("the phone is new and has no network: nobody can sign in, and the work begins all the same");
		edit(stage.edits(), phone, 40);
		Map<String, List<String>> written = phone.rows();
		stage.failToSync(phone);
		phone.reopen();
		stage.requireEqual("what was written on " + phone, written, "what is there after a sync in vain", phone.rows());
		stage.tell("the phone has " + written.size() + " rows, " + phone.client().status().pending()
				+ " changes to send, and no way to");

		stage.connect(phone);
		ledger.hydrate(phone);
		stage.tell("the network is there: the phone signs in and hydrates, and has " + phone.rows().size() + " rows");
		int sent = ledger.sync(phone);
		stage.tell("the phone sends its " + sent + " rows, and the tablet receives them");
		stage.sync(tablet);
		ledger.verify();
	}

	private static void useFormerly(Stage stage, Device tablet, Ledger ledger) {
		RandomEdits edits = stage.edits();
		for (int day = 1; day <= 3; day++) {
			edit(edits, tablet, 15);
			ledger.sync(tablet);
		}
		stage.tell("the tablet has been in use for some days: " + ledger.rows().size() + " rows on the server");
		ledger.verify();
	}

	/** Edits by chance, and leaves at least one row. */
	private static void edit(RandomEdits edits, Device device, int times) {
		for (int i = 0; i < times || device.rows().isEmpty(); i++) {
			edits.edit(device);
		}
	}

}
