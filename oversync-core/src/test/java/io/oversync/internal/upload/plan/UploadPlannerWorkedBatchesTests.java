/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.List;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.stream.RowState;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static io.oversync.internal.upload.plan.Batch.HEAD;
import static io.oversync.internal.upload.plan.Batch.refers;
import static io.oversync.internal.upload.plan.Tables.AUTHOR;
import static io.oversync.internal.upload.plan.Tables.CATEGORIES;
import static io.oversync.internal.upload.plan.Tables.PARENT;
import static io.oversync.internal.upload.plan.Tables.POSTS;
import static io.oversync.internal.upload.plan.Tables.USERS;
import static io.oversync.internal.upload.plan.Tables.row;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The worked batches of ADR 32, by their names there.
 */
class UploadPlannerWorkedBatchesTests {

	private static final RowKey A = row(USERS, 1);

	private static final RowKey B = row(USERS, 2);

	private static final RowKey P = row(POSTS, 1);

	private static final RowKey C1 = row(CATEGORIES, 1);

	private static final RowKey C2 = row(CATEGORIES, 2);

	private static final RowKey C3 = row(CATEGORIES, 3);

	private static String[] stream(UploadPlan plan) {
		return plan.entries()
			.stream()
			.map((entry) -> entry.op().name().charAt(0) + " " + describe(entry.row(), entry.version()))
			.toArray(String[]::new);
	}

	private static String[] restores(UploadPlan plan) {
		return plan.restores()
			.stream()
			.map((restore) -> describe(restore.row(), restore.entry().version()))
			.toArray(String[]::new);
	}

	private static String describe(RowKey row, long version) {
		return row.table().table() + row.pk().getLeastSignificantBits() + " v" + version;
	}

	@Nested
	class Upserts {

		@Test
		void circleOfNewRows() {
			UploadPlan plan = new Batch().upsert(C1, 0, refers(PARENT, C2)).upsert(C2, 0, refers(PARENT, C1)).plan();
			assertThat(stream(plan)).containsExactly("U categories2 v1", "U categories1 v1");
			assertThat(plan.outcomes()).containsEntry(0, new Outcome.Applied(1))
				.containsEntry(1, new Outcome.Applied(1));
		}

		@Test
		void circleWithARefusedRow() {
			UploadPlan plan = new Batch().tombstone(C2, 5)
				.upsert(C1, 0, refers(PARENT, C2))
				.upsert(C2, 0, refers(PARENT, C1))
				.plan();
			assertThat(plan.entries()).isEmpty();
			assertThat(plan.outcomes()).containsEntry(0, new Outcome.Missing(List.of(C2)))
				.containsEntry(1, new Outcome.Missing(List.of(C1)));
		}

		@Test
		void parentAppliedAtItsSecondUpsert() {
			UploadPlan plan = new Batch().tombstone(C1, 3)
				.upsert(C2, 0, refers(PARENT, C1))
				.upsert(C1, 1)
				.upsert(C1, 3)
				.plan();
			assertThat(stream(plan)).containsExactly("U categories1 v4", "U categories2 v1");
			assertThat(plan.outcomes()).containsEntry(0, new Outcome.Applied(1))
				.containsEntry(1, new Outcome.Conflict(C1, new RowState(4, false, HEAD + 1, HEAD + 1)))
				.containsEntry(2, new Outcome.Applied(4));
		}

	}

	@Nested
	class Deletes {

		@Test
		void circleThatGoesTogether() {
			UploadPlan plan = circle().delete(C1, 1).delete(C2, 2).delete(C3, 3).plan();
			assertThat(stream(plan)).containsExactly("D categories2 v3", "D categories1 v2", "D categories3 v4");
			assertThat(plan.outcomes()).containsEntry(0, new Outcome.Applied(2))
				.containsEntry(1, new Outcome.Applied(3))
				.containsEntry(2, new Outcome.Applied(4));
			assertThat(plan.restores()).isEmpty();
		}

		@Test
		void circleWithAConflict() {
			UploadPlan plan = circle().delete(C1, 1).delete(C2, 2).delete(C3, 1).plan();
			assertThat(plan.entries()).isEmpty();
			assertThat(plan.outcomes()).containsEntry(0, new Outcome.Refused(C1, List.of(C3.toString())))
				.containsEntry(1, new Outcome.Refused(C2, List.of(C1.toString())))
				.containsEntry(2, new Outcome.Missing(List.of(C1)));
			assertThat(restores(plan)).containsExactly("categories2 v3", "categories1 v2");
		}

		private Batch circle() {
			return new Batch().live(C1, 1)
				.live(C2, 2)
				.live(C3, 3)
				.child(PARENT, C1, C2)
				.child(PARENT, C2, C3)
				.child(PARENT, C3, C1);
		}

		@Test
		void deleteThatWaitsForALaterGroup() {
			UploadPlan plan = new Batch().live(A, 1)
				.live(B, 1)
				.live(P, 1)
				.child(AUTHOR, P, A)
				.delete(A, 1)
				.delete(B, 1)
				.upsert(B, 2)
				.upsert(P, 1, refers(AUTHOR, B))
				.plan();
			assertThat(stream(plan)).containsExactly("D users2 v2", "U users2 v3", "U posts1 v2", "D users1 v2");
			assertThat(plan.restores()).isEmpty();
		}

	}

}
