/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

import java.util.List;

import io.oversync.simulator.sample.SampleTable;
import io.oversync.verification.device.Device;
import io.oversync.verification.device.RandomEdits.RowEdit;
import io.oversync.verification.device.RandomEdits;

/**
 * A day with one device.
 */
final class NormalUsage extends Scenario {

	private static final int FIRST_HOUR = 8;

	private static final int LAST_HOUR = 17;

	NormalUsage() {
		super("normal-usage",
				"One user adds, edits and deletes rows all day, and after each sync the server has exactly them.");
	}

	@Override
	void play(Stage stage) {
		String ann = stage.user("ann");
		Ledger ledger = new Ledger(stage, ann);
		RandomEdits edits = stage.edits();
		Device phone = stage.device(ann, "phone", SampleTable.USERS, SampleTable.POSTS, SampleTable.CATEGORIES);
		for (int hour = FIRST_HOUR; hour <= LAST_HOUR; hour++) {
			int written = 0;
			int deleted = 0;
			for (int i = 4 + stage.random().nextInt(12); i > 0; i--) {
				List<RowEdit> done = edits.edit(phone);
				int deletes = (int) done.stream().filter((edit) -> edit.label() == null).count();
				deleted += deletes;
				written += done.size() - deletes;
			}
			int sent = ledger.sync(phone);
			stage.tell(hour + ":00 the phone has written " + written + " times and deleted " + deleted + ": it sends "
					+ sent + " changes, and the server has its " + ledger.rows().size() + " rows");
			ledger.verify();
		}
	}

}
