/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.util.List;

import io.oversync.internal.catalog.RowKey;
import io.oversync.internal.stream.BusinessWrite;
import io.oversync.internal.stream.RowState;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static io.oversync.internal.upload.plan.Batch.HEAD;
import static io.oversync.internal.upload.plan.Batch.refers;
import static io.oversync.internal.upload.plan.PlanText.stream;
import static io.oversync.internal.upload.plan.Tables.ADDRESSES;
import static io.oversync.internal.upload.plan.Tables.AUTHOR;
import static io.oversync.internal.upload.plan.Tables.CATEGORIES;
import static io.oversync.internal.upload.plan.Tables.NOTED;
import static io.oversync.internal.upload.plan.Tables.NOTES;
import static io.oversync.internal.upload.plan.Tables.PARENT;
import static io.oversync.internal.upload.plan.Tables.POSTS;
import static io.oversync.internal.upload.plan.Tables.USERS;
import static io.oversync.internal.upload.plan.Tables.row;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rules of {@link UploadPlanner} by example; for those of deletes see
 * {@link UploadPlannerDeletesTests}.
 */
class UploadPlannerTests {

	private static final RowKey A = row(USERS, 1);

	private static final RowKey B = row(USERS, 2);

	private static final RowKey P = row(POSTS, 1);

	private static final RowKey C1 = row(CATEGORIES, 1);

	private static final RowKey C2 = row(CATEGORIES, 2);

	private static final RowKey C3 = row(CATEGORIES, 3);

	@Nested
	class Gate {

		@Test
		void appliesAnUnknownRowAboveTheVersionThatTheDeviceSaw() {
			UploadPlan plan = new Batch().upsert(A, 0).upsert(B, 7).plan();
			assertThat(stream(plan)).containsExactly("U users1 v1", "U users2 v8");
		}

		@Test
		void revivesATombstoneAtItsVersion() {
			UploadPlan plan = new Batch().tombstone(A, 4).upsert(A, 4).plan();
			assertThat(stream(plan)).containsExactly("U users1 v5");
		}

		@Test
		void refusesAnyOtherVersionWithoutATrace() {
			UploadPlan plan = new Batch().live(A, 4).upsert(A, 3).upsert(A, 5).delete(A, 3).plan();
			assertThat(plan.entries()).isEmpty();
			assertThat(plan.rows()).isEmpty();
			assertThat(plan.writes()).isEmpty();
			assertThat(plan.outcomes().values()).hasSize(3)
				.allSatisfy((outcome) -> assertThat(outcome)
					.isEqualTo(new Outcome.Conflict(A, new RowState(4, false, 1, 1))));
		}

		@Test
		void answersADeleteOfWhatIsGoneWithoutAnEntry() {
			UploadPlan plan = new Batch().tombstone(A, 4).delete(A, 2).delete(B, 9).plan();
			assertThat(plan.entries()).isEmpty();
			assertThat(plan.outcomes()).containsEntry(0, new Outcome.Applied(4))
				.containsEntry(1, new Outcome.Applied(9));
		}

		@Test
		void gatesEachChangeOfARowOnTheOneBefore() {
			UploadPlan plan = new Batch().upsert(A, 0).upsert(A, 1).upsert(A, 1).delete(A, 2).upsert(A, 3).plan();
			assertThat(stream(plan)).containsExactly("U users1 v1", "U users1 v2", "D users1 v3", "U users1 v4");
			assertThat(plan.outcomes().get(2)).as("the row as the upload leaves it")
				.isEqualTo(new Outcome.Conflict(A, new RowState(4, false, HEAD + 4, HEAD + 4)));
		}

		@Test
		void showsTheLastImageOfATombstoneThatTheBatchMade() {
			UploadPlan plan = new Batch().live(A, 1).delete(A, 1).upsert(A, 0).plan();
			assertThat(plan.outcomes().get(1)).isEqualTo(new Outcome.Conflict(A, new RowState(2, true, HEAD + 1, 1)));
		}

	}

	@Nested
	class Idempotency {

		@Test
		void answersAReplayWithItsVersionAndDoesNothing() {
			UploadPlan plan = new Batch().live(A, 9).upsert(A, 0).replayOf(1).plan();
			assertThat(plan.outcomes()).containsEntry(0, new Outcome.Applied(1));
			assertThat(plan.entries()).isEmpty();
		}

		@Test
		void doesNotAskForTheParentsOfAReplay() {
			UploadPlan plan = new Batch().upsert(P, 0, refers(AUTHOR, A)).replayOf(1).plan();
			assertThat(plan.outcomes()).containsEntry(0, new Outcome.Applied(1));
		}

		@Test
		void answersTheSameChangeOfOneBatchAsAReplay() {
			UploadPlan plan = new Batch().upsert(A, 0)
				.id(7)
				.upsert(A, 0)
				.id(7)
				.delete(A, 1)
				.id(8)
				.delete(A, 1)
				.id(8)
				.plan();
			assertThat(stream(plan)).containsExactly("U users1 v1", "D users1 v2");
			assertThat(plan.outcomes()).containsEntry(1, new Outcome.Applied(1))
				.containsEntry(3, new Outcome.Applied(2));
		}

		@Test
		void answersAReplayOfOneBatchAlthoughTheRowHasMovedOnAndItsParentIsGone() {
			UploadPlan plan = new Batch().live(A, 1)
				.upsert(P, 0, refers(AUTHOR, A))
				.id(7)
				.upsert(P, 1, refers(AUTHOR, null))
				.delete(A, 1)
				.upsert(A, 2)
				.delete(A, 3)
				.upsert(P, 0, refers(AUTHOR, A))
				.id(7)
				.plan();
			assertThat(plan.outcomes()).containsEntry(5, new Outcome.Applied(1));
		}

		@Test
		void answersADeleteOfOneBatchAsAReplayAfterTheRowCameBack() {
			UploadPlan plan = new Batch().live(A, 1).delete(A, 1).id(7).upsert(A, 2).delete(A, 1).id(7).plan();
			assertThat(stream(plan)).containsExactly("D users1 v2", "U users1 v3");
			assertThat(plan.outcomes()).containsEntry(2, new Outcome.Applied(2));
		}

		@Test
		void comparesTheContentOfABatchAsJson() {
			UploadPlan plan = new Batch().upsert(A, 0)
				.id(7)
				.payload("{\"a\": 1.0, \"b\": [\"x\"]}")
				.upsert(A, 0)
				.id(7)
				.payload("{\"b\":[\"x\"],\"a\":1}")
				.plan();
			assertThat(stream(plan)).containsExactly("U users1 v1");
		}

		@Test
		void takesAChangeThatKnowsTheResultForANewOne() {
			UploadPlan plan = new Batch().upsert(A, 0).id(7).upsert(A, 1).id(7).upsert(A, 1).id(7).plan();
			assertThat(stream(plan)).containsExactly("U users1 v1", "U users1 v2");
			assertThat(plan.outcomes()).containsEntry(2, new Outcome.Applied(2));
		}

		@Test
		void doesNotLetTheSameContentBuildOnTheVersionOfItsId() {
			UploadPlan plan = new Batch().upsert(A, 0).id(7).upsert(A, 9).id(7).plan();
			assertThat(plan.outcomes().get(1)).isInstanceOf(Outcome.Conflict.class);
		}

		@Test
		void appliesOtherContentOfOneBatchOnTopOfTheVersionThatTheIdMade() {
			UploadPlan plan = new Batch().upsert(A, 0)
				.id(7)
				.payload("{\"n\":1}")
				.upsert(A, 0)
				.id(7)
				.payload("{\"n\":2}")
				.upsert(A, 0)
				.id(7)
				.payload("{\"n\":3}")
				.plan();
			assertThat(stream(plan)).containsExactly("U users1 v1", "U users1 v2", "U users1 v3");
		}

		@Test
		void takesTheLatestRowOfAnIdOfOneBatch() {
			UploadPlan plan = new Batch().upsert(A, 0)
				.id(7)
				.payload("{\"n\":1}")
				.upsert(B, 0)
				.id(7)
				.upsert(A, 0)
				.id(7)
				.payload("{\"n\":2}")
				.plan();
			assertThat(plan.outcomes().get(2)).isInstanceOf(Outcome.Conflict.class);
		}

		@Test
		void givesIdsThatAreNotPositiveNoMeaningWithinABatch() {
			UploadPlan plan = new Batch().upsert(A, 0).id(0).upsert(A, 0).id(0).plan();
			assertThat(plan.outcomes().get(1)).isInstanceOf(Outcome.Conflict.class);
		}

		@Test
		void appliesOtherContentOnTopOfTheVersionThatTheIdMade() {
			UploadPlan plan = new Batch().live(A, 3).upsert(A, 2).latest(A, 3).plan();
			assertThat(stream(plan)).containsExactly("U users1 v4");
		}

		@Test
		void refusesOtherContentOnceTheRowHasMovedOn() {
			UploadPlan plan = new Batch().live(A, 4).upsert(A, 2).latest(A, 3).plan();
			assertThat(plan.outcomes().get(0)).isInstanceOf(Outcome.Conflict.class);
		}

		@Test
		void givesAnIdNoMeaningForAnotherRow() {
			UploadPlan plan = new Batch().live(A, 3).upsert(A, 2).latest(B, 3).plan();
			assertThat(plan.outcomes().get(0)).isInstanceOf(Outcome.Conflict.class);
		}

	}

	@Nested
	class Parents {

		@Test
		void comeBeforeTheirChildrenAcrossTablesAndWithinOne() {
			UploadPlan plan = new Batch().upsert(P, 0, refers(AUTHOR, A))
				.upsert(C3, 0, refers(PARENT, C2))
				.upsert(C2, 0, refers(PARENT, C1))
				.upsert(A, 0)
				.upsert(C1, 0, refers(PARENT, null))
				.plan();
			assertThat(stream(plan)).containsSubsequence("U users1 v1", "U posts1 v1")
				.containsSubsequence("U categories1 v1", "U categories2 v1", "U categories3 v1");
		}

		@Test
		void comeBeforeAllChangesOfAChildThatRecurs() {
			UploadPlan plan = new Batch().upsert(P, 0, refers(AUTHOR, A))
				.upsert(P, 1, refers(AUTHOR, B))
				.upsert(B, 0)
				.upsert(A, 0)
				.plan();
			assertThat(stream(plan)).containsExactly("U users2 v1", "U users1 v1", "U posts1 v1", "U posts1 v2");
		}

		@Test
		void mayBeVisibleInTheBusinessTableOnly() {
			UploadPlan plan = new Batch().visible(A).upsert(P, 0, refers(AUTHOR, A)).plan();
			assertThat(stream(plan)).containsExactly("U posts1 v1");
		}

		@Test
		void doNotCountWhenTheyAreDeleted() {
			UploadPlan plan = new Batch().tombstone(A, 2).upsert(P, 0, refers(AUTHOR, A)).plan();
			assertThat(plan.outcomes()).containsEntry(0, new Outcome.Missing(List.of(A)));
		}

		@Test
		void doNotCountWhenTheBatchDeletedThemBefore() {
			UploadPlan plan = new Batch().live(A, 1)
				.visible(A)
				.live(B, 1)
				.delete(B, 1)
				.delete(A, 1)
				.upsert(B, 2)
				.upsert(P, 0, refers(AUTHOR, A))
				.plan();
			assertThat(plan.outcomes()).containsEntry(3, new Outcome.Missing(List.of(A)));
		}

		@Test
		void doNotCountWhenTheyAreRefusedThemselves() {
			UploadPlan plan = new Batch().upsert(P, 0, refers(AUTHOR, A)).upsert(C1, 0, refers(PARENT, C2)).plan();
			assertThat(plan.outcomes()).containsEntry(0, new Outcome.Missing(List.of(A)))
				.containsEntry(1, new Outcome.Missing(List.of(C2)));
			UploadPlan chain = new Batch().upsert(C3, 0, refers(PARENT, C1)).upsert(C1, 0, refers(PARENT, C2)).plan();
			assertThat(chain.outcomes()).containsEntry(0, new Outcome.Missing(List.of(C1)));
		}

		@Test
		void mayBeTheRowItself() {
			assertThat(stream(new Batch().upsert(C1, 0, refers(PARENT, C1)).plan()))
				.containsExactly("U categories1 v1");
		}

		@Test
		void mayFormACircle() {
			UploadPlan plan = new Batch().upsert(C1, 0, refers(PARENT, C2)).upsert(C2, 0, refers(PARENT, C1)).plan();
			assertThat(plan.entries()).hasSize(2);
		}

		@Test
		void breakACircleOfWhichOneIsRefused() {
			UploadPlan plan = new Batch().tombstone(C2, 5)
				.upsert(C1, 0, refers(PARENT, C3))
				.upsert(C2, 0, refers(PARENT, C1))
				.upsert(C3, 0, refers(PARENT, C2))
				.plan();
			assertThat(plan.entries()).isEmpty();
			assertThat(plan.outcomes().values()).noneMatch((outcome) -> outcome instanceof Outcome.Applied);
		}

		@Test
		void mayBeAChainOfAnyLength() {
			Batch batch = new Batch();
			for (int i = 50_000; i > 0; i--) {
				batch.upsert(row(CATEGORIES, i), 0, refers(PARENT, (i > 1) ? row(CATEGORIES, i - 1) : null));
			}
			assertThat(batch.plan().entries()).hasSize(50_000)
				.first()
				.satisfies((entry) -> assertThat(entry.row()).isEqualTo(row(CATEGORIES, 1)));
		}

	}

	@Nested
	class BusinessWrites {

		@Test
		void mergeTheUpsertsOfARow() {
			UploadPlan plan = new Batch().upsert(A, 0).upsert(A, 1).plan();
			assertThat(plan.writes()).singleElement().satisfies((write) -> {
				assertThat(write.images()).hasSize(2);
				assertThat(write.version()).isEqualTo(2);
				assertThat(write.fresh()).isFalse();
			});
		}

		@Test
		void forgetWhatWasBeforeADelete() {
			UploadPlan plan = new Batch().live(A, 1).upsert(A, 1).delete(A, 2).upsert(A, 3).plan();
			assertThat(plan.writes()).singleElement().satisfies((write) -> {
				assertThat(write.images()).hasSize(1);
				assertThat(write.version()).isEqualTo(4);
				assertThat(write.fresh()).isTrue();
			});
		}

		@Test
		void bringATombstoneBackAfresh() {
			UploadPlan plan = new Batch().tombstone(A, 4).upsert(A, 4).plan();
			assertThat(plan.writes()).singleElement().satisfies((write) -> assertThat(write.fresh()).isTrue());
		}

		@Test
		void deleteWhatIsDeletedInTheEnd() {
			UploadPlan plan = new Batch().live(A, 1).delete(A, 1).upsert(A, 2).delete(A, 3).plan();
			assertThat(plan.writes()).singleElement().satisfies((write) -> {
				assertThat(write.isDelete()).isTrue();
				assertThat(write.version()).isEqualTo(4);
			});
		}

		@Test
		void mergeWhatTheServerUnlinksWithTheRowsOwnImages() {
			RowKey address = row(ADDRESSES, 1);
			RowKey note = row(NOTES, 1);
			UploadPlan plan = new Batch().live(address, 1)
				.upsert(note, 0, refers(NOTED, address))
				.delete(address, 1)
				.plan();
			assertThat(stream(plan)).containsExactly("U notes1 v1", "U notes1 v2 by server", "D addresses1 v2");
			assertThat(plan.writes()).extracting(BusinessWrite::row).containsExactly(note, address);
			assertThat(plan.writes().get(0).images()).hasSize(2);
			assertThat(plan.writes().get(0).version()).isEqualTo(2);
		}

		@Test
		void putParentsFirstAlthoughTheirChildrenCameInAnEarlierPiece() {
			UploadPlan plan = new Batch().live(A, 1)
				.live(C1, 1)
				.upsert(C1, 1)
				.delete(A, 1)
				.upsert(A, 2)
				.upsert(C2, 0)
				.upsert(C1, 2, refers(PARENT, C2))
				.plan();
			assertThat(plan.writes()).extracting(BusinessWrite::row).endsWith(C2, C1);
		}

		@Test
		void deleteChildrenFirstAlthoughTheyHadMovedAwayBefore() {
			UploadPlan plan = new Batch().live(A, 1)
				.live(C1, 1)
				.live(C2, 1)
				.child(PARENT, C2, C1)
				.upsert(C2, 1, refers(PARENT, null))
				.delete(C1, 1)
				.delete(A, 1)
				.upsert(A, 2)
				.delete(C2, 2)
				.plan();
			assertThat(plan.writes()).extracting(BusinessWrite::row).containsExactly(A, C2, C1);
		}

	}

}
