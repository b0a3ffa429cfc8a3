/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

import io.oversync.internal.catalog.ForeignKey;
import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.stream.BusinessWrite;
import io.oversync.internal.stream.Restore;
import io.oversync.internal.stream.StreamEntry;
import io.oversync.protocol.Operation;
import io.oversync.protocol.TableName;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import static io.oversync.internal.upload.plan.Batch.HEAD;
import static io.oversync.internal.upload.plan.Tables.ADDRESSES;
import static io.oversync.internal.upload.plan.Tables.ASSIGNEE;
import static io.oversync.internal.upload.plan.Tables.AUTHOR;
import static io.oversync.internal.upload.plan.Tables.CATEGORIES;
import static io.oversync.internal.upload.plan.Tables.NOTED;
import static io.oversync.internal.upload.plan.Tables.NOTES;
import static io.oversync.internal.upload.plan.Tables.PARENT;
import static io.oversync.internal.upload.plan.Tables.PERSON;
import static io.oversync.internal.upload.plan.Tables.POSTS;
import static io.oversync.internal.upload.plan.Tables.TASKS;
import static io.oversync.internal.upload.plan.Tables.USERS;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Properties of every batch on every consistent state.
 */
class UploadPlannerPropertyTests {

	private static final Map<TableName, ForeignKey> REFERENCE = Map.of(POSTS, AUTHOR, CATEGORIES, PARENT, ADDRESSES,
			PERSON, NOTES, NOTED, TASKS, ASSIGNEE);

	private static final List<TableName> TABLES = List.of(USERS, CATEGORIES, POSTS, ADDRESSES, NOTES, TASKS);

	/** Rows with their references; grows by random batches. */
	private static final class World {

		private final Random random;

		private final Map<RowKey, Long> versions = new HashMap<>();

		private final Set<RowKey> deleted = new HashSet<>();

		private final Map<RowKey, RowKey> parents = new HashMap<>();

		World(long seed) {
			this.random = new Random(seed);
		}

		private RowKey randomRow(TableName table) {
			return Tables.row(table, this.random.nextInt(5));
		}

		Batch batch(int size) {
			Batch batch = new Batch();
			this.versions.forEach((row, version) -> {
				if (this.deleted.contains(row)) {
					batch.tombstone(row, version);
				}
				else {
					batch.live(row, version);
				}
			});
			this.parents.forEach((child, parent) -> batch.child(REFERENCE.get(child.table()), child, parent));
			for (int i = 0; i < size; i++) {
				RowKey row = randomRow(TABLES.get(this.random.nextInt(TABLES.size())));
				long version = this.versions.getOrDefault(row, 0L) + this.random.nextInt(3);
				if (this.random.nextInt(3) == 0) {
					batch.delete(row, version);
				}
				else {
					ForeignKey foreignKey = REFERENCE.get(row.table());
					if (foreignKey == null || this.random.nextInt(6) == 0) {
						batch.upsert(row, version);
					}
					else {
						RowKey parent = (this.random.nextInt(5) == 0) ? null : randomRow(foreignKey.parent());
						batch.upsert(row, version, Batch.refers(foreignKey, parent));
					}
				}
			}
			return batch;
		}

		/** Applies a plan entry by entry, as a device does, and checks each. */
		void apply(Batch batch, UploadPlan plan) {
			Map<Long, Change> byId = new HashMap<>();
			batch.changes().forEach((change) -> byId.put(change.sourceChangeId(), change));
			for (StreamEntry entry : plan.entries()) {
				RowKey row = entry.row();
				Change change = entry.byServer() ? null : byId.get(entry.sourceChangeId());
				Long before = this.versions.get(row);
				assertThat(entry.version()).as("version of %s", entry)
					.isEqualTo((before != null) ? before + 1 : change.expectedVersion() + 1);
				this.versions.put(row, entry.version());
				if (entry.op() == Operation.DELETE) {
					assertThat(this.deleted.add(row) && before != null).as("delete of a live row %s", entry).isTrue();
					this.parents.remove(row);
				}
				else {
					this.deleted.remove(row);
					updateParent(row, entry, change);
				}
			}
			plan.restores().forEach(this::apply);
		}

		private void apply(Restore restore) {
			assertThat(isLive(restore.row())).as("%s is restored", restore.row()).isTrue();
			assertThat(restore.entry().version()).isEqualTo(this.versions.get(restore.row()) + 1);
			this.versions.put(restore.row(), restore.entry().version());
		}

		private void updateParent(RowKey row, StreamEntry entry, Change change) {
			if (entry.byServer()) {
				// SET NULL; the default of the tasks does not exist here
				this.parents.remove(row);
			}
			else {
				for (Reference reference : change.references()) {
					if (reference.parent() != null) {
						this.parents.put(row, reference.parent());
					}
					else {
						this.parents.remove(row);
					}
				}
			}
		}

		boolean isLive(RowKey row) {
			return this.versions.containsKey(row) && !this.deleted.contains(row);
		}

	}

	@Property(tries = 2000)
	void keepsEveryStateConsistent(@ForAll long seed, @ForAll @IntRange(min = 1, max = 25) int size) {
		World world = new World(seed);
		for (int round = 0; round < 6; round++) {
			Batch batch = world.batch(size);
			UploadPlan plan = batch.plan();

			assertThat(plan.outcomes().keySet()).as("one outcome for each change")
				.containsExactlyInAnyOrderElementsOf(batch.changes().stream().map(Change::index).toList());
			long applied = batch.changes()
				.stream()
				.filter((change) -> plan.outcomes().get(change.index()) instanceof Outcome.Applied)
				.count();
			assertThat(plan.entries().stream().filter((entry) -> !entry.byServer()).count())
				.as("no entry without an applied change")
				.isLessThanOrEqualTo(applied);

			world.apply(batch, plan);

			assertOutcomesShowTheStateThatTheBatchLeaves(world, batch, plan);
			world.parents.forEach(
					(child, parent) -> assertThat(world.isLive(parent)).as("%s refers to %s", child, parent).isTrue());
			plan.rows().forEach((row, state) -> {
				assertThat(state.version()).isEqualTo(world.versions.get(row));
				assertThat(state.deleted()).isEqualTo(world.deleted.contains(row));
				assertThat(touchedRow(plan, state.serverId())).isEqualTo(row);
			});
			assertBusinessWritesEndInTheSameState(world, plan);
		}
	}

	private static void assertOutcomesShowTheStateThatTheBatchLeaves(World world, Batch batch, UploadPlan plan) {
		Set<RowKey> refused = new HashSet<>();
		for (Change change : batch.changes()) {
			Outcome outcome = plan.outcomes().get(change.index());
			if (outcome instanceof Outcome.Conflict conflict) {
				assertThat(conflict.state().version()).isEqualTo(world.versions.get(change.row()));
				assertThat(conflict.state().deleted()).isEqualTo(!world.isLive(change.row()));
				assertThat(!change.op().isUpsert() && conflict.state().deleted()).as("a delete of a deleted row")
					.isFalse();
			}
			if (outcome instanceof Outcome.Refused) {
				refused.add(change.row());
			}
		}
		assertThat(plan.restores().stream().map(Restore::row)).containsExactlyInAnyOrderElementsOf(refused);
		batch.changes()
			.stream()
			.filter((change) -> plan.outcomes().get(change.index()) instanceof Outcome.Conflict)
			.map(Change::row)
			.filter((row) -> !row.equals(world.parents.get(row)))
			.forEach((row) -> assertThat(refused).as("what %s refers to", row).doesNotContain(world.parents.get(row)));
	}

	private static RowKey touchedRow(UploadPlan plan, long serverId) {
		int entries = plan.entries().size();
		int entry = (int) (serverId - HEAD - 1);
		return (entry < entries) ? plan.entries().get(entry).row() : plan.restores().get(entry - entries).row();
	}

	private static void assertBusinessWritesEndInTheSameState(World world, UploadPlan plan) {
		Map<RowKey, Boolean> written = new HashMap<>();
		assertThat(plan.writes()).extracting(BusinessWrite::row).doesNotHaveDuplicates();
		assertThat(plan.writes()).extracting(BusinessWrite::isDelete).isSorted();
		plan.writes().forEach((write) -> written.put(write.row(), !write.isDelete()));
		assertThat(written.keySet()).as("rows to write: all but those that were only restored")
			.isEqualTo(plan.entries().stream().map(StreamEntry::row).collect(Collectors.toSet()));
		written.forEach((row, live) -> assertThat(world.isLive(row)).isEqualTo(live));
	}

	@Property(tries = 500)
	void putsEveryParentBeforeItsChildUnlessTheyFormACircle(@ForAll long seed) {
		Random random = new Random(seed);
		Batch batch = new Batch();
		// children refer to rows with a smaller number: no circles
		for (int i = 0; i < 30; i++) {
			int number = random.nextInt(10);
			batch.upsert(Tables.row(CATEGORIES, number), 0,
					Batch.refers(PARENT, (number > 0) ? Tables.row(CATEGORIES, random.nextInt(number)) : null));
		}
		Set<RowKey> before = new HashSet<>();
		UploadPlan plan = batch.plan();
		for (StreamEntry entry : plan.entries()) {
			Change change = batch.changes().get((int) entry.sourceChangeId() - 1);
			RowKey parent = change.references().get(0).parent();
			assertThat(parent == null || before.contains(parent)).isTrue();
			before.add(entry.row());
		}
	}

}
