/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload.plan;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import io.oversync.internal.catalog.RowKey;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncException;
import io.oversync.test.TestScale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static io.oversync.internal.upload.plan.Batch.refers;
import static io.oversync.internal.upload.plan.Tables.ADDRESSES;
import static io.oversync.internal.upload.plan.Tables.AUTHOR;
import static io.oversync.internal.upload.plan.Tables.CATEGORIES;
import static io.oversync.internal.upload.plan.Tables.MARKED;
import static io.oversync.internal.upload.plan.Tables.NOTED;
import static io.oversync.internal.upload.plan.Tables.NOTES;
import static io.oversync.internal.upload.plan.Tables.PARENT;
import static io.oversync.internal.upload.plan.Tables.PERSON;
import static io.oversync.internal.upload.plan.Tables.POSTS;
import static io.oversync.internal.upload.plan.Tables.TWIG;
import static io.oversync.internal.upload.plan.Tables.TWIGS;
import static io.oversync.internal.upload.plan.Tables.USERS;
import static io.oversync.internal.upload.plan.Tables.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Batches whose work might grow with the square of their size. At full size each is
 * planned in a second or two; quadratic work would take minutes.
 */
@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag(TestScale.TAG)
class UploadPlannerShapesTests {

	private static final int SIZE = TestScale.of(5_000);

	private static final RowKey A = row(USERS, 1);

	@Test
	void changesOfOneRowUnderOneId() {
		Batch batch = new Batch();
		for (int i = 0; i < SIZE; i++) {
			batch.upsert(A, i).id(1).payload("{\"n\":" + i / 2 + "}");
		}
		assertThat(batch.plan().entries()).hasSize(SIZE);
	}

	@Test
	void theSameChangeAgainAndAgain() {
		Batch batch = new Batch();
		for (int i = 0; i < SIZE; i++) {
			batch.upsert(A, 0).id(1).payload("{\"n\":1}");
		}
		assertThat(batch.plan().entries()).hasSize(1);
	}

	@Test
	void deletesOfOneRow() {
		Batch batch = new Batch().live(A, 1);
		for (int i = 0; i < SIZE; i++) {
			batch.delete(A, 1);
		}
		assertThat(batch.plan().entries()).hasSize(1);
	}

	@Test
	void refusedDeletesOfOneRow() {
		Batch batch = new Batch().live(A, 1);
		for (int i = 0; i < SIZE / 2; i++) {
			batch.live(row(POSTS, i), 1).child(AUTHOR, row(POSTS, i), A).delete(A, 1);
		}
		UploadPlan plan = batch.plan();
		assertThat(plan.outcomes().values()).hasSize(SIZE / 2)
			.allMatch((outcome) -> outcome instanceof Outcome.Refused refused && refused.referencedBy().size() == 10);
		assertThat(plan.restores()).hasSize(1);
	}

	@Test
	void aParentWithManyChildrenThatGoesAndComesBack() {
		Batch batch = new Batch().live(A, 1);
		for (int i = 0; i < SIZE / 2; i++) {
			batch.live(row(ADDRESSES, i), 1).child(PERSON, row(ADDRESSES, i), A);
		}
		for (int i = 0; i < SIZE / 4; i++) {
			batch.delete(A, 2L * i + 1).upsert(A, 2L * i + 2);
		}
		assertThat(batch.plan().entries()).hasSize(SIZE);
	}

	@Test
	void rowsThatGoAndComeBackOneAfterTheOther() {
		Batch batch = new Batch();
		for (int i = 0; i < SIZE / 2; i++) {
			batch.delete(row(USERS, i), 0);
		}
		for (int i = 0; i < SIZE / 4; i++) {
			batch.upsert(row(USERS, i), 0).delete(row(USERS, i), 1);
		}
		assertThat(batch.plan().entries()).hasSize(SIZE / 2);
	}

	@Test
	void aChainWhoseLastRowIsRefused() {
		Batch batch = chain();
		batch.live(row(POSTS, 1), 1).child(MARKED, row(POSTS, 1), row(TWIGS, SIZE - 1));
		for (int i = 0; i < SIZE; i++) {
			batch.delete(row(TWIGS, i), 1);
		}
		UploadPlan plan = batch.plan();
		assertThat(plan.entries()).isEmpty();
		assertThat(plan.outcomes().values()).allMatch((outcome) -> outcome instanceof Outcome.Refused refused
				&& refused.referencedBy().equals(List.of(row(POSTS, 1).toString())));
	}

	private static Batch chain() {
		Batch batch = new Batch();
		for (int i = 0; i < SIZE; i++) {
			batch.live(row(TWIGS, i), 1);
			if (i > 0) {
				batch.child(TWIG, row(TWIGS, i), row(TWIGS, i - 1));
			}
		}
		return batch;
	}

	@Test
	void aCircleOfDeletes() {
		Batch batch = new Batch();
		for (int i = 0; i < SIZE; i++) {
			batch.live(row(CATEGORIES, i), 1).child(PARENT, row(CATEGORIES, i), row(CATEGORIES, (i + 1) % SIZE));
			batch.delete(row(CATEGORIES, i), 1);
		}
		assertThat(batch.plan().entries()).hasSize(SIZE);
	}

	@Test
	void aCircleOfDeletesOfWhichOneIsAConflict() {
		Batch batch = new Batch();
		for (int i = 0; i < SIZE; i++) {
			batch.live(row(CATEGORIES, i), 1).child(PARENT, row(CATEGORIES, i), row(CATEGORIES, (i + 1) % SIZE));
			batch.delete(row(CATEGORIES, i), (i == SIZE / 2) ? 7 : 1);
		}
		assertThat(batch.plan().entries()).isEmpty();
	}

	@Test
	void deletesThatWaitForLaterPieces() {
		Batch batch = new Batch();
		for (int i = 0; i < SIZE / 3; i++) {
			batch.live(row(USERS, i), 1).live(row(POSTS, i), 1).child(AUTHOR, row(POSTS, i), row(USERS, i));
			batch.delete(row(USERS, i), 1);
		}
		for (int i = 0; i < SIZE / 6; i++) {
			batch.upsert(row(CATEGORIES, 1), 2L * i).delete(row(CATEGORIES, 1), 2L * i + 1);
		}
		batch.upsert(row(CATEGORIES, 1), SIZE);
		for (int i = 0; i < SIZE / 3; i++) {
			batch.delete(row(POSTS, i), 1);
		}
		assertThat(batch.plan().outcomes().values()).filteredOn((outcome) -> outcome instanceof Outcome.Refused)
			.isEmpty();
	}

	@Test
	void aChainOfUpsertsInAnyOrder() {
		Batch down = new Batch();
		Batch up = new Batch();
		Batch circle = new Batch();
		for (int i = 0; i < SIZE; i++) {
			down.upsert(row(CATEGORIES, i), 0, refers(PARENT, (i > 0) ? row(CATEGORIES, i - 1) : null));
			up.upsert(row(CATEGORIES, i), 0, refers(PARENT, (i < SIZE - 1) ? row(CATEGORIES, i + 1) : null));
			circle.upsert(row(CATEGORIES, i), 0, refers(PARENT, row(CATEGORIES, (i + 1) % SIZE)));
		}
		assertThat(down.plan().entries()).hasSize(SIZE);
		assertThat(up.plan().entries()).hasSize(SIZE);
		assertThat(circle.plan().entries()).hasSize(SIZE);
	}

	@Test
	void manyChildrenAreUnlinked() {
		Batch batch = new Batch().live(row(ADDRESSES, 1), 1).delete(row(ADDRESSES, 1), 1);
		for (int i = 0; i < SIZE; i++) {
			batch.live(row(NOTES, i), 1).child(NOTED, row(NOTES, i), row(ADDRESSES, 1));
		}
		assertThat(batch.plan().entries()).hasSize(SIZE + 1);
	}

	@Test
	void keysWithTheSameHash() {
		assertThat(new UUID(7, 7)).hasSameHashCodeAs(new UUID(0, 0));
		Batch batch = new Batch();
		for (int i = 0; i < SIZE; i++) {
			RowKey row = new RowKey(USERS, new UUID(i, i));
			batch.upsert(row, 0).upsert(row, 1).id(1);
		}
		assertThat(batch.plan().entries()).hasSize(2 * SIZE);
	}

	@Test
	void theDeadlineEndsIt() {
		Batch batch = new Batch().upsert(A, 0);
		Deadline over = Deadline.in(Duration.ZERO);
		assertThatExceptionOfType(SyncException.class)
			.isThrownBy(
					() -> new UploadPlanner(Tables.CATALOG).plan(batch.changes(), batch.facts(), new Contents(), over))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
	}

}
