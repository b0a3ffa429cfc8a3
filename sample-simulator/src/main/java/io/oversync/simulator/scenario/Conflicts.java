/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.simulator.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.oversync.client.Conflict;
import io.oversync.client.ConflictResolver;
import io.oversync.client.Resolution;
import io.oversync.client.ResolvedConflict;
import io.oversync.client.SyncListener;
import io.oversync.client.SyncResult;
import io.oversync.client.SyncRow;
import io.oversync.simulator.sample.SampleTable;
import io.oversync.verification.device.Device;
import org.jspecify.annotations.Nullable;

/**
 * The phone changes rows, and the tablet changes them, too, before it receives the
 * changes: once with each resolver.
 */
final class Conflicts extends Scenario {

	private static final Class<? extends Resolution> SERVER = Resolution.TakeServer.class;

	private static final Class<? extends Resolution> LOCAL = Resolution.KeepLocal.class;

	private static final Class<? extends Resolution> MERGE = Resolution.Merge.class;

	Conflicts() {
		super("conflicts",
				"Each way to resolve conflicts lets the right row win, on both devices and the server, and reports it.");
	}

	@Override
	void play(Stage stage) {
		// the phone syncs first: for the tablet it is the server
		play(stage, "serverWins", ConflictResolver.serverWins(),
				List.of(Meeting.TABLET_LATER.endsAs("phone", "phone", 2, SERVER),
						Meeting.PHONE_LATER.endsAs("phone", "phone", 2, SERVER),
						Meeting.OTHER_COLUMN.endsAs("before", "phone", 2, SERVER),
						Meeting.DELETED_ON_PHONE.endsDeleted(2, SERVER),
						Meeting.DELETED_ON_TABLET.endsAs("phone", "phone", 2, SERVER)));
		play(stage, "clientWins", ConflictResolver.clientWins(),
				List.of(Meeting.TABLET_LATER.endsAs("tablet", "before", 3, LOCAL),
						Meeting.PHONE_LATER.endsAs("tablet", "before", 3, LOCAL),
						Meeting.OTHER_COLUMN.endsAs("tablet", "before", 3, LOCAL),
						Meeting.DELETED_ON_PHONE.endsAs("tablet", "before", 3, LOCAL),
						Meeting.DELETED_ON_TABLET.endsDeleted(3, LOCAL)));
		play(stage, "lastWriter", ConflictResolver.lastWriter("updated_at"),
				List.of(Meeting.TABLET_LATER.endsAs("tablet", "before", 3, LOCAL),
						Meeting.PHONE_LATER.endsAs("phone", "phone", 2, SERVER),
						Meeting.OTHER_COLUMN.endsAs("tablet", "before", 3, LOCAL),
						Meeting.DELETED_ON_PHONE.endsAs("tablet", "before", 3, LOCAL),
						Meeting.DELETED_ON_TABLET.endsAs("phone", "phone", 2, SERVER)));
		play(stage, "threeWayMerge", ConflictResolver.threeWayMerge(),
				List.of(Meeting.TABLET_LATER.endsAs("phone", "phone", 2, MERGE),
						Meeting.PHONE_LATER.endsAs("phone", "phone", 2, MERGE),
						Meeting.OTHER_COLUMN.endsAs("tablet", "phone", 3, MERGE),
						Meeting.DELETED_ON_PHONE.endsAs("tablet", "before", 3, LOCAL),
						Meeting.DELETED_ON_TABLET.endsAs("phone", "phone", 2, SERVER)));
		play(stage, "a resolver of one's own", Conflicts::keepBothNames,
				List.of(Meeting.TABLET_LATER.endsAs("tablet and phone", "phone", 3, MERGE),
						Meeting.PHONE_LATER.endsAs("tablet and phone", "phone", 3, MERGE),
						Meeting.OTHER_COLUMN.endsAs("tablet and before", "phone", 3, MERGE),
						Meeting.DELETED_ON_PHONE.endsDeleted(2, SERVER),
						Meeting.DELETED_ON_TABLET.endsDeleted(3, LOCAL)));
	}

	/** Keeps both names; a row that was deleted anywhere stays deleted. */
	private static Resolution keepBothNames(Conflict conflict) {
		SyncRow local = conflict.local();
		SyncRow server = conflict.server();
		if (local == null) {
			return Resolution.KEEP_LOCAL;
		}
		if (server == null) {
			return Resolution.TAKE_SERVER;
		}
		return Resolution.merge(server.with("name", local.get("name") + " and " + server.get("name")));
	}

	private static void play(Stage stage, String resolver, ConflictResolver resolution, List<ExpectedRow> outcomes) {
		String user = stage.user(resolver.replaceAll("\\W", "-"));
		Device phone = stage.device(user, "phone", (builder) -> builder.resolver(resolution), SampleTable.USERS);
		Device tablet = stage.device(user, "tablet", (builder) -> builder.resolver(resolution), SampleTable.USERS);
		List<ResolvedConflict> told = listen(tablet);
		Map<String, ExpectedRow> rows = new TreeMap<>();
		outcomes.forEach((outcome) -> rows.put(Edits.addUser(phone, "before"), outcome));
		stage.sync(phone);
		stage.sync(tablet);

		rows.forEach((key, outcome) -> outcome.meeting.onPhone(phone, key));
		stage.sync(phone);
		rows.forEach((key, outcome) -> outcome.meeting.onTablet(tablet, key));
		SyncResult result = stage.sync(tablet);
		stage.tell("with " + resolver + ", " + result.upload().conflicts().size() + " rows of the tablet meet what"
				+ " the phone did: edited and deleted, on either side");
		requireReported(stage, resolver, "in the result of the tablet's sync", rows, result.upload().conflicts());
		requireReported(stage, resolver, "told to the tablet's listener", rows, told);
		stage.requireEqual("conflicts of the tablet's download with " + resolver, List.of(),
				result.download().conflicts());

		stage.settle(user);
		requireOutcomes(stage, resolver, rows, stage.verify(user), stage.history(user));
		stage.retire(phone);
		stage.retire(tablet);
	}

	private static List<ResolvedConflict> listen(Device device) {
		List<ResolvedConflict> told = new ArrayList<>();
		device.client().addListener(new SyncListener() {

			@Override
			public void onConflict(ResolvedConflict conflict) {
				told.add(conflict);
			}

		});
		return told;
	}

	private static void requireReported(Stage stage, String resolver, String where, Map<String, ExpectedRow> rows,
			List<ResolvedConflict> reported) {
		Map<String, List<String>> decisions = new TreeMap<>();
		reported.forEach((conflict) -> decisions.computeIfAbsent(conflict.conflict().pk(), (key) -> new ArrayList<>())
			.add(decision(conflict)));
		stage.requireEqual("rows with a conflict with " + resolver + ", " + where, rows.keySet(), decisions.keySet());
		rows.forEach(
				(key, outcome) -> stage.requireEqual(
						"decision about " + SampleTable.USERS.rowName(key) + ", " + outcome.meeting + ", with "
								+ resolver + ", " + where,
						List.of(outcome.resolution.getSimpleName()), decisions.get(key)));
	}

	private static String decision(ResolvedConflict conflict) {
		Resolution resolution = conflict.resolution();
		return (resolution != null) ? resolution.getClass().getSimpleName() : String.valueOf(conflict.problem());
	}

	private static void requireOutcomes(Stage stage, String resolver, Map<String, ExpectedRow> expected,
			Map<String, List<String>> rows, RowHistories history) {
		expected.forEach((key, outcome) -> {
			String row = SampleTable.USERS.rowName(key);
			List<String> values = rows.get(row);
			String where = " of " + row + ", " + outcome.meeting + ", with " + resolver;
			stage.requireEqual("name and address" + where, outcome.values,
					(values != null) ? values.subList(1, 3) : ExpectedRow.DELETED);
			stage.requireEqual("version" + where, outcome.version, history.version(row));
		});
		history.requireCountedVersions();
	}

	/**
	 * The conflicting edits of a row. The phone edits name and address, the tablet only
	 * the name.
	 */
	private enum Meeting {

		TABLET_LATER("both edited, the tablet later", "name = 'phone', email = 'phone@example.org'", 8,
				"name = 'tablet'", 9),

		PHONE_LATER("both edited, the phone later", "name = 'phone', email = 'phone@example.org'", 9, "name = 'tablet'",
				8),

		OTHER_COLUMN("the phone edited the address and the tablet the name", "email = 'phone@example.org'", 8,
				"name = 'tablet'", 9),

		DELETED_ON_PHONE("edited on the tablet, deleted on the phone", null, 8, "name = 'tablet'", 9),

		DELETED_ON_TABLET("deleted on the tablet, edited on the phone", "name = 'phone', email = 'phone@example.org'",
				8, null, 9);

		private final String description;

		private final @Nullable String phone;

		private final int phoneHour;

		private final @Nullable String tablet;

		private final int tabletHour;

		Meeting(String description, @Nullable String phone, int phoneHour, @Nullable String tablet, int tabletHour) {
			this.description = description;
			this.phone = phone;
			this.phoneHour = phoneHour;
			this.tablet = tablet;
			this.tabletHour = tabletHour;
		}

		ExpectedRow endsAs(String name, String address, long version, Class<? extends Resolution> resolution) {
			return new ExpectedRow(this, List.of(name, Edits.email(address)), version, resolution);
		}

		ExpectedRow endsDeleted(long version, Class<? extends Resolution> resolution) {
			return new ExpectedRow(this, ExpectedRow.DELETED, version, resolution);
		}

		void onPhone(Device device, String key) {
			change(device, key, this.phone, this.phoneHour);
		}

		void onTablet(Device device, String key) {
			change(device, key, this.tablet, this.tabletHour);
		}

		private static void change(Device device, String key, @Nullable String assignments, int hour) {
			if (assignments == null) {
				Edits.delete(device, SampleTable.USERS, key);
			}
			else {
				Edits.one(device, "UPDATE users SET " + assignments + ", updated_at = ? WHERE id = ?",
						"2040-03-01T0" + hour + ":00:00Z", key);
			}
		}

		@Override
		public String toString() {
			return this.description;
		}

	}

	/**
	 * The expected row in the end.
	 *
	 * @param meeting the edits
	 * @param values name and address
	 * @param version the server's version of it
	 * @param resolution the tablet's decision
	 */
	private record ExpectedRow(Meeting meeting, List<String> values, long version,
			Class<? extends Resolution> resolution) {

		static final List<String> DELETED = List.of("deleted");

	}

}
