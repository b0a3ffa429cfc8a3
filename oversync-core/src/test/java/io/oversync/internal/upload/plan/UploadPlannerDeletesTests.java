/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.List;
import java.util.Set;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.stream.BusinessWrite;
import io.oversync.internal.stream.Refusal;
import io.oversync.internal.stream.Restore;
import io.oversync.internal.stream.RowState;
import io.oversync.internal.stream.StreamEntry.Origin;
import io.oversync.internal.stream.StreamEntry;
import io.oversync.protocol.Operation;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static io.oversync.internal.upload.plan.Batch.HEAD;
import static io.oversync.internal.upload.plan.Batch.refers;
import static io.oversync.internal.upload.plan.PlanText.restores;
import static io.oversync.internal.upload.plan.PlanText.stream;
import static io.oversync.internal.upload.plan.Tables.ADDRESSES;
import static io.oversync.internal.upload.plan.Tables.ASSIGNEE;
import static io.oversync.internal.upload.plan.Tables.AUTHOR;
import static io.oversync.internal.upload.plan.Tables.CATEGORIES;
import static io.oversync.internal.upload.plan.Tables.DEFAULT_USER;
import static io.oversync.internal.upload.plan.Tables.NOTED;
import static io.oversync.internal.upload.plan.Tables.NOTES;
import static io.oversync.internal.upload.plan.Tables.PARENT;
import static io.oversync.internal.upload.plan.Tables.PERSON;
import static io.oversync.internal.upload.plan.Tables.POSTS;
import static io.oversync.internal.upload.plan.Tables.TASKS;
import static io.oversync.internal.upload.plan.Tables.USERS;
import static io.oversync.internal.upload.plan.Tables.row;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rules of {@link UploadPlanner} for deletes, by example.
 */
class UploadPlannerDeletesTests {

	private static final RowKey A = row(USERS, 1);

	private static final RowKey B = row(USERS, 2);

	private static final RowKey P = row(POSTS, 1);

	private static final RowKey C1 = row(CATEGORIES, 1);

	private static final RowKey C2 = row(CATEGORIES, 2);

	private static final RowKey C3 = row(CATEGORIES, 3);

	@Nested
	class Deletes {

		private final RowKey address = row(ADDRESSES, 1);

		private final RowKey note = row(NOTES, 1);

		private final RowKey task = row(TASKS, 1);

		@Test
		void comeAfterUpsertsAndChildrenFirst() {
			UploadPlan plan = new Batch().live(A, 1)
				.live(P, 1)
				.child(AUTHOR, P, A)
				.delete(A, 1)
				.delete(P, 1)
				.upsert(B, 0)
				.plan();
			assertThat(stream(plan)).containsExactly("U users2 v1", "D posts1 v2", "D users1 v2");
		}

		@Test
		void areRefusedWhileAChildStays() {
			UploadPlan plan = new Batch().live(A, 1).live(P, 1).child(AUTHOR, P, A).delete(A, 1).plan();
			assertThat(plan.outcomes()).containsEntry(0, new Outcome.Refused(A, List.of(P.toString())));
			assertThat(plan.entries()).isEmpty();
			assertThat(plan.writes()).isEmpty();
			assertThat(plan.restores()).containsExactly(
					new Restore(new StreamEntry(HEAD + 1, new Origin(true, 1), A, Operation.UPDATE, 2, null), 1,
							new Refusal(Set.of(1L), 2, List.of(P.toString()))));
		}

		@Test
		void areRefusedForAChildThatTheBatchBrings() {
			UploadPlan plan = new Batch().live(A, 1).delete(A, 1).upsert(P, 0, refers(AUTHOR, A)).plan();
			assertThat(stream(plan)).containsExactly("U posts1 v1");
			assertThat(plan.outcomes().get(0)).isInstanceOf(Outcome.Refused.class);
		}

		@Test
		void areRefusedForAChildThatOnlyTheBusinessTableHolds() {
			UploadPlan plan = new Batch().live(A, 1).child(AUTHOR, P, A).delete(A, 1).plan();
			assertThat(plan.outcomes().get(0)).isInstanceOf(Outcome.Refused.class);
		}

		@Test
		void goThroughWhenTheChildMovesAway() {
			UploadPlan plan = new Batch().live(A, 1)
				.live(B, 1)
				.live(P, 1)
				.child(AUTHOR, P, A)
				.delete(A, 1)
				.upsert(P, 1, refers(AUTHOR, B))
				.plan();
			assertThat(stream(plan)).containsExactly("U posts1 v2", "D users1 v2");
		}

		@Test
		void goThroughTogetherWhenOnlyTheirRowsReferToEachOther() {
			UploadPlan plan = circle().delete(C1, 1).delete(C2, 2).delete(C3, 3).plan();
			assertThat(stream(plan)).containsExactlyInAnyOrder("D categories1 v2", "D categories2 v3",
					"D categories3 v4");
			assertThat(plan.outcomes()).containsEntry(0, new Outcome.Applied(2))
				.containsEntry(1, new Outcome.Applied(3))
				.containsEntry(2, new Outcome.Applied(4));
		}

		@Test
		void areAllRefusedWhenOneOfACircleStays() {
			assertThat(circle().delete(C1, 1).delete(C2, 2).plan().entries()).as("not deleted").isEmpty();
			assertThat(circle().delete(C1, 1).delete(C2, 2).delete(C3, 1).plan().entries()).as("changed meanwhile")
				.isEmpty();
		}

		@Test
		void areAllRefusedWhenAnotherRowRefersToTheCircle() {
			RowKey other = row(CATEGORIES, 4);
			UploadPlan plan = circle().live(other, 1)
				.child(PARENT, other, C2)
				.delete(C1, 1)
				.delete(C2, 2)
				.delete(C3, 3)
				.plan();
			assertThat(plan.entries()).isEmpty();
			assertThat(plan.outcomes().values()).hasSize(3).allMatch((outcome) -> outcome instanceof Outcome.Refused);
			assertThat(plan.restores()).hasSize(3);
		}

		@Test
		void goThroughWithTheRowsThatReferToTheirCircle() {
			RowKey other = row(CATEGORIES, 4);
			UploadPlan plan = circle().live(other, 1)
				.child(PARENT, other, C2)
				.delete(C1, 1)
				.delete(C2, 2)
				.delete(C3, 3)
				.delete(other, 1)
				.plan();
			assertThat(plan.entries()).hasSize(4);
		}

		@Test
		void mayBeACircleOfAnyLength() {
			for (boolean kept : new boolean[] { false, true }) {
				int length = 20_000;
				Batch batch = new Batch();
				for (int i = 0; i < length; i++) {
					RowKey category = row(CATEGORIES, i);
					batch.live(category, 1)
						.child(PARENT, row(CATEGORIES, (i + 1) % length), category)
						.delete(category, (kept && i == length / 2) ? 2 : 1);
				}
				assertThat(batch.plan().entries()).hasSize(kept ? 0 : length);
			}
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
		void waitForALaterPieceInWhichTheChildMovesAway() {
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
		}

		@Test
		void stayRefusedWhenTheMoveIsRefused() {
			UploadPlan plan = new Batch().live(A, 1)
				.live(B, 1)
				.live(P, 5)
				.child(AUTHOR, P, A)
				.delete(A, 1)
				.upsert(P, 1, refers(AUTHOR, B))
				.plan();
			assertThat(plan.entries()).isEmpty();
		}

		@Test
		void cascadeChildrenFirst() {
			UploadPlan plan = new Batch().live(A, 1)
				.live(this.address, 3)
				.child(PERSON, this.address, A)
				.delete(A, 1)
				.plan();
			assertThat(stream(plan)).containsExactly("D addresses1 v4 by server", "D users1 v2");
		}

		@Test
		void cascadeToAChildThatTheBatchBrings() {
			UploadPlan plan = new Batch().live(A, 1).upsert(this.address, 0, refers(PERSON, A)).delete(A, 1).plan();
			assertThat(stream(plan)).containsExactly("U addresses1 v1", "D addresses1 v2 by server", "D users1 v2");
		}

		@Test
		void doNotCascadeWhenTheRowAlsoHoldsARefusingChild() {
			UploadPlan plan = new Batch().live(A, 1)
				.live(this.address, 3)
				.live(P, 1)
				.child(PERSON, this.address, A)
				.child(AUTHOR, P, A)
				.delete(A, 1)
				.plan();
			assertThat(plan.entries()).isEmpty();
		}

		@Test
		void unlinkChildrenOfWhatCascades() {
			UploadPlan plan = new Batch().live(A, 1)
				.live(this.address, 3)
				.live(this.note, 1)
				.child(PERSON, this.address, A)
				.child(NOTED, this.note, this.address)
				.delete(A, 1)
				.plan();
			assertThat(stream(plan)).containsExactly("U notes1 v2 by server", "D addresses1 v4 by server",
					"D users1 v2");
			assertThat(plan.entries().get(0).payload()).isNull();
			assertThat(plan.changedImages().get(HEAD + 1).baseServerId()).isPositive();
			assertThat(plan.changedImages().get(HEAD + 1).references()).containsEntry("address_id", null).hasSize(1);
			assertThat(plan.writes()).extracting(BusinessWrite::row).containsExactly(this.note, this.address, A);
			assertThat(plan.writes().get(0).images()).singleElement()
				.satisfies((image) -> assertThat(image.text()).isEqualTo("{\"address_id\":null}"));
		}

		@Test
		void setDefaultsThatExist() {
			RowKey defaultUser = new RowKey(USERS, DEFAULT_USER);
			UploadPlan plan = new Batch().live(A, 1)
				.live(defaultUser, 1)
				.live(this.task, 1)
				.child(ASSIGNEE, this.task, A)
				.delete(A, 1)
				.plan();
			assertThat(stream(plan)).containsExactly("U tasks1 v2 by server", "D users1 v2");
			assertThat(plan.changedImages().get(HEAD + 1).references()).containsValue(DEFAULT_USER.toString());
		}

		@Test
		void areRefusedWhenTheDefaultDoesNotExist() {
			UploadPlan plan = new Batch().live(A, 1)
				.live(this.task, 1)
				.child(ASSIGNEE, this.task, A)
				.delete(A, 1)
				.plan();
			assertThat(plan.entries()).isEmpty();
		}

		@Test
		void ofARowThatRefersToItselfGoThrough() {
			UploadPlan plan = new Batch().live(C1, 1).child(PARENT, C1, C1).delete(C1, 1).plan();
			assertThat(stream(plan)).containsExactly("D categories1 v2");
		}

		@Test
		void ofATreeGoLeavesFirst() {
			UploadPlan plan = new Batch().live(C1, 1)
				.live(C2, 1)
				.live(C3, 1)
				.child(PARENT, C2, C1)
				.child(PARENT, C3, C2)
				.delete(C1, 1)
				.delete(C2, 1)
				.delete(C3, 1)
				.plan();
			assertThat(stream(plan)).containsExactly("D categories3 v2", "D categories2 v2", "D categories1 v2");
		}

	}

	@Nested
	class RefusedDeletes {

		private final RowKey address = row(ADDRESSES, 1);

		@Test
		void restoreParentsFirstAndEachRowOnce() {
			UploadPlan plan = new Batch().live(C1, 1)
				.live(C2, 1)
				.live(C3, 1)
				.live(A, 1)
				.live(P, 1)
				.child(PARENT, C2, C1)
				.child(PARENT, C3, C2)
				.child(AUTHOR, P, A)
				.delete(C2, 1)
				.delete(C1, 1)
				.delete(A, 1)
				.delete(A, 1)
				.plan();
			assertThat(restores(plan)).hasSize(3)
				.contains("users1 v2")
				.containsSubsequence("categories1 v2", "categories2 v2");
			assertThat(plan.rows().get(C1)).isEqualTo(new RowState(2, false,
					HEAD + 1 + plan.restores().stream().map(Restore::row).toList().indexOf(C1), 1));
		}

		@Test
		void restoreWhatTheBatchLeavesBehind() {
			UploadPlan plan = new Batch().live(A, 1)
				.live(P, 1)
				.child(AUTHOR, P, A)
				.delete(A, 1)
				.upsert(A, 1)
				.upsert(B, 0)
				.plan();
			assertThat(stream(plan)).containsExactly("U users1 v2", "U users2 v1");
			assertThat(restores(plan)).containsExactly("users1 v3");
			assertThat(plan.restores().get(0).imageServerId()).isEqualTo(HEAD + 1);
		}

		@Test
		void areAnsweredAsBeforeWhileTheRowIsAsItWasRestored() {
			Batch batch = new Batch().live(A, 2).live(P, 1).child(AUTHOR, P, A).refused(A, 1, 2);
			UploadPlan plan = batch.delete(A, 1).plan();
			assertThat(plan.outcomes()).containsEntry(0, new Outcome.Refused(A, List.of("earlier")));
			assertThat(plan.restores()).isEmpty();
			assertThat(plan.rows()).isEmpty();
		}

		@Test
		void areAnsweredAsBeforeAlthoughNothingRefersToTheRowNow() {
			UploadPlan plan = new Batch().live(A, 2).refused(A, 1, 2).delete(A, 1).plan();
			assertThat(plan.outcomes().get(0)).isInstanceOf(Outcome.Refused.class);
		}

		@Test
		void areConflictsOnceTheRowHasChanged() {
			UploadPlan plan = new Batch().live(A, 3)
				.live(P, 1)
				.child(AUTHOR, P, A)
				.refused(A, 1, 2)
				.delete(A, 1)
				.plan();
			assertThat(plan.outcomes().get(0)).isInstanceOf(Outcome.Conflict.class);
		}

		@Test
		void areRefusedAgainForTheRestoredVersion() {
			UploadPlan plan = new Batch().live(A, 2)
				.live(P, 1)
				.child(AUTHOR, P, A)
				.refused(A, 1, 2)
				.delete(A, 2)
				.plan();
			assertThat(restores(plan)).containsExactly("users1 v3");
		}

		@Test
		void letConflictsOfRowsThatReferToThemWait() {
			UploadPlan plan = new Batch().live(A, 1)
				.live(P, 2)
				.live(this.address, 2)
				.child(AUTHOR, P, A)
				.child(PERSON, this.address, A)
				.delete(A, 1)
				.delete(P, 1)
				.upsert(this.address, 1)
				.plan();
			assertThat(plan.outcomes()).containsEntry(1, new Outcome.Missing(List.of(A)))
				.containsEntry(2, new Outcome.Missing(List.of(A)));
			assertThat(restores(plan)).containsExactly("users1 v2");
		}

		@Test
		void letConflictsWaitForRowsThatWaitThemselves() {
			UploadPlan plan = new Batch().live(C1, 1)
				.live(C2, 2)
				.live(C3, 2)
				.child(PARENT, C2, C1)
				.child(PARENT, C3, C2)
				.delete(C3, 1)
				.delete(C2, 1)
				.delete(C1, 1)
				.plan();
			assertThat(plan.outcomes()).containsEntry(0, new Outcome.Missing(List.of(C2)))
				.containsEntry(1, new Outcome.Missing(List.of(C1)));
		}

		@Test
		void letConflictsWaitWhenTheyAreRepeated() {
			UploadPlan plan = new Batch().live(A, 2)
				.live(P, 2)
				.child(AUTHOR, P, A)
				.refused(A, 1, 2)
				.delete(A, 1)
				.delete(P, 1)
				.plan();
			assertThat(plan.outcomes()).containsEntry(1, new Outcome.Missing(List.of(A)));
		}

		@Test
		void showNoMoreThanTenRowsThatRefer() {
			Batch batch = new Batch().live(A, 1);
			for (int i = 0; i < 50; i++) {
				batch.live(row(POSTS, i), 1).child(AUTHOR, row(POSTS, i), A);
			}
			assertThat(((Outcome.Refused) batch.delete(A, 1).plan().outcomes().get(0)).referencedBy()).hasSize(10);
		}

		@Test
		void areAppliedWhenACascadeDeletesTheRowAllTheSame() {
			UploadPlan plan = new Batch().live(A, 1)
				.live(this.address, 2)
				.child(PERSON, this.address, A)
				.delete(this.address, 1)
				.delete(A, 1)
				.plan();
			assertThat(plan.outcomes()).containsEntry(0, new Outcome.Applied(3))
				.containsEntry(1, new Outcome.Applied(2));
		}

	}

}
