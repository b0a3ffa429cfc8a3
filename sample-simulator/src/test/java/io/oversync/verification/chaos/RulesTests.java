/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.List;

import io.oversync.simulator.sample.SampleTable;
import io.oversync.verification.chaos.ApplicationWrite.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.oversync.verification.chaos.EvidenceBuilder.applied;
import static io.oversync.verification.chaos.EvidenceBuilder.conflict;
import static io.oversync.verification.chaos.EvidenceBuilder.delete;
import static io.oversync.verification.chaos.EvidenceBuilder.insert;
import static io.oversync.verification.chaos.EvidenceBuilder.invalid;
import static io.oversync.verification.chaos.EvidenceBuilder.refused;
import static io.oversync.verification.chaos.EvidenceBuilder.update;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each rule detects its violations and accepts evidence that only looks like one.
 */
class RulesTests {

	private static final SentChange ADD = insert(1, "a", "ann/phone#1");

	private static final SentChange EDIT = update(2, "a", 1, "ann/phone#2");

	private static final SentChange OTHER_EDIT = update(1, "a", 1, "ann/tablet#1");

	private static final SentChange DELETE = delete(2, "a", 1);

	private static final SentChange RESTORED = update(1, "a", 1, "ann/phone#1");

	private static final SentChange PERSON = new SentChange(1, "person", "p", "INSERT", 0,
			"{\"id\":\"p\",\"first_name\":\"ann/\"}");

	private static final SentChange PERSON_GONE = new SentChange(1, "person", "p", "DELETE", 1, null);

	private final EvidenceBuilder seen = new EvidenceBuilder();

	@Test
	void anOrdinaryLifeViolatesNothing() {
		this.seen.sent("phone", ADD, applied(1))
			.entry("phone", ADD, 1)
			.sent("tablet", OTHER_EDIT, applied(2))
			.entry("tablet", OTHER_EDIT, 2)
			.sent("phone", EDIT, conflict(2, "ann/tablet#1"))
			.page("phone", 0, false, 2, 2)
			.page("tablet", 0, false, 1, 1)
			.page("reader", 0, true, 2, 1, 2)
			.edited("phone", "a", "ann/phone#2", true)
			.edited("tablet", "a", "ann/tablet#1", false)
			.allAgree();
		violates();
	}

	@Test
	void nothingHasHappened() {
		violates();
	}

	@Test
	void aDeviceFindsARowThatDiffers() {
		this.seen.sent("phone", ADD, applied(1)).entry("phone", ADD, 1).allAgree().finds("ann/tablet", "files a");
		violates("in the end no device finds a row that differs from the server's");
	}

	@Test
	void anAcknowledgedChangeIsLost() {
		this.seen.sent("phone", ADD, applied(1)).allAgree();
		violates("an acknowledged change is in the stream exactly once");
	}

	@Test
	void anAcknowledgedChangeIsThereWithAnotherContent() {
		this.seen.sent("phone", ADD, applied(1)).entry("phone", insert(1, "a", "ann/phone#9"), 1).allAgree();
		violates("an acknowledged change is in the stream exactly once",
				"a change that was not acknowledged as applied reaches no device");
	}

	@Test
	void aChangeIsAppliedTwice() {
		this.seen.sent("phone", ADD, applied(1))
			.sent("phone", ADD, applied(2))
			.entry("phone", ADD, 1)
			.entry("phone", ADD, 2)
			.allAgree();
		violates("an acknowledged change is in the stream exactly once",
				"a change is applied only to the version that it was made on");
	}

	@Test
	void anotherVersionThanTheAcknowledgedOne() {
		this.seen.sent("phone", ADD, applied(2)).entry("phone", ADD, 1).allAgree();
		violates("an acknowledged change is in the stream exactly once");
	}

	@Test
	void aChangeWithoutAnAnswerMayBeThereOrNot() {
		this.seen.sentWithoutAnswer("phone", ADD)
			.sentWithoutAnswer("phone", insert(2, "b", "ann/phone#3"))
			.entry("phone", ADD, 1)
			.allAgree();
		violates();
	}

	@Test
	void aDeleteOfNothingLeavesNoEntry() {
		this.seen.sent("phone", delete(1, "b", 3), applied(3)).allAgree();
		violates();
	}

	@Test
	void aDeleteOfARowThatTheServerLostLeavesNoEntryAndTheRowMayComeBack() {
		SentChange back = EvidenceBuilder.update(7, "a", 1, "ann/tablet#7");
		this.seen.lost("tablet", EvidenceBuilder.insert(1, "a", "ann/tablet#1"), 1)
			.sent("phone", delete(2, "a", 1), applied(1))
			.sent("tablet", back, applied(2))
			.entry("tablet", back, 2)
			.allAgree();
		violates();
		this.seen.edited("phone", "a", null, false);
		violates("no edit is forgotten");
	}

	@Test
	void anInsertThatTheServerLostMayBeSentAgainAfterADeleteOfItsRow() {
		this.seen.lost("tablet", EvidenceBuilder.insert(1, "a", "ann/tablet#1"), 1)
			.sent("phone", delete(2, "a", 1), applied(1))
			.sent("tablet", EvidenceBuilder.insert(1, "a", "ann/tablet#1"), applied(1))
			.entry("tablet", EvidenceBuilder.insert(1, "a", "ann/tablet#1"), 1)
			.allAgree();
		violates();
		this.seen.edited("phone", "a", null, false);
		violates("no edit is forgotten");
	}

	@Test
	void aDeleteOfARowThatTheServerHasNotLostLeavesOne() {
		this.seen.lost("tablet", EvidenceBuilder.insert(1, "b", "ann/tablet#1"), 1)
			.sent("phone", ADD, applied(1))
			.entry("phone", ADD, 1)
			.sent("phone", delete(2, "a", 1), applied(1))
			.allAgree();
		violates("an acknowledged change is in the stream exactly once");
	}

	@Test
	void aDeleteOfALiveRowLeavesOne() {
		this.seen.sent("phone", ADD, applied(1))
			.entry("phone", ADD, 1)
			.sent("phone", delete(2, "a", 1), applied(2))
			.allAgree();
		violates("an acknowledged change is in the stream exactly once");
	}

	@Test
	void aRejectedChangeStaysInTheStream() {
		this.seen.sent("phone", ADD, applied(1))
			.entry("phone", ADD, 1)
			.sent("tablet", OTHER_EDIT, conflict(1, "ann/phone#1"))
			.entry("tablet", OTHER_EDIT, 2)
			.allAgree();
		violates("a change that was not acknowledged as applied reaches no device");
	}

	@Test
	void aChangeThatNobodySent() {
		this.seen.entry("phone", ADD, 1).allAgree();
		violates("a change that was not acknowledged as applied reaches no device");
	}

	@Test
	void theServerDeletesARowOfItsOwnAccord() {
		this.seen.sent("phone", ADD, applied(1))
			.entry("phone", ADD, 1)
			.entry("server", delete(1, "a", 1), 2)
			.allAgree();
		violates("a change that was not acknowledged as applied reaches no device");
	}

	@Test
	void theServerDeletesTheChildrenOfADeletedRow() {
		SentChange person = new SentChange(1, "person", "p", "INSERT", 0, "{\"id\":\"p\",\"first_name\":\"ann/\"}");
		SentChange comment = new SentChange(2, "comment", "c", "INSERT", 0,
				"{\"id\":\"c\",\"person_id\":\"p\",\"comment\":\"ann/\"}");
		SentChange gone = new SentChange(3, "person", "p", "DELETE", 1, null);
		this.seen.sent("phone", person, applied(1))
			.sent("phone", comment, applied(1))
			.sent("phone", gone, applied(2))
			.entry("phone", person, 1)
			.entry("phone", comment, 1)
			.entry("server", new SentChange(1, "comment", "c", "DELETE", 1, null), 2)
			.entry("phone", gone, 2)
			.allAgree();
		violates();
	}

	@Test
	void aVersionIsSkipped() {
		SentChange late = update(2, "a", 2, "ann/phone#2");
		this.seen.sent("phone", ADD, applied(1))
			.entry("phone", ADD, 1)
			.sent("phone", late, applied(3))
			.entry("phone", late, 3)
			.allAgree();
		violates("the versions of a row count up by one");
	}

	@Test
	void aPositionIsGivenTwice() {
		SentChange other = insert(1, "b", "ann/tablet#1");
		this.seen.sentTogether(ADD, other, applied(1))
			.entryAt(5, "phone", ADD, 1)
			.entryAt(5, "tablet", other, 1)
			.allAgree();
		violates("the versions of a row count up by one");
	}

	@Test
	void anAnswerIsMissing() {
		this.seen.sentForNothing("phone", ADD).entry("phone", ADD, 1).allAgree();
		violates("each change of an upload is answered");
	}

	@Test
	void anUpdateIsLostUnderAnother() {
		this.seen.sent("phone", ADD, applied(1))
			.sent("phone", EDIT, applied(2))
			.sent("tablet", OTHER_EDIT, applied(3))
			.entry("phone", ADD, 1)
			.entry("phone", EDIT, 2)
			.entry("tablet", OTHER_EDIT, 3)
			.allAgree();
		violates("a change is applied only to the version that it was made on");
	}

	@Test
	void whatWasAnsweredFirstComesLater() {
		SentChange other = insert(1, "b", "ann/tablet#1");
		this.seen.sent("phone", ADD, applied(1))
			.sent("tablet", other, applied(1))
			.entry("tablet", other, 1)
			.entry("phone", ADD, 1)
			.allAgree();
		violates("the stream keeps the order of acknowledgements");
	}

	@Test
	void uploadsAtTheSameTimeComeInAnyOrder() {
		SentChange other = insert(1, "b", "ann/tablet#1");
		this.seen.sentTogether(ADD, other, applied(1)).entry("tablet", other, 1).entry("phone", ADD, 1).allAgree();
		violates();
	}

	@Test
	void aConflictShowsARowThatNeverWas() {
		this.seen.sent("phone", ADD, applied(1))
			.entry("phone", ADD, 1)
			.sent("tablet", insert(1, "a", "ann/tablet#1"), conflict(1, "ann/phone#7"))
			.allAgree();
		violates("a conflict shows a state that the row really had");
	}

	@Test
	void aPageLeavesAnEntryOut() {
		this.seen.sent("phone", ADD, applied(1))
			.sent("phone", EDIT, applied(2))
			.entry("phone", ADD, 1)
			.entry("phone", EDIT, 2)
			.page("tablet", 0, false, 2, 2)
			.allAgree();
		violates("a page shows everything up to where it ends");
	}

	@Test
	void anEntryAppearsBelowTheCursor() {
		SentChange other = insert(1, "b", "ann/tablet#1");
		this.seen.sentTogether(ADD, other, applied(1))
			.entryAt(3, "tablet", other, 1)
			.page("reader", 0, true, 3, 3)
			.allAgree();
		// it had taken its position before and has committed only now
		UserEvidence before = this.seen.build();
		EvidenceBuilder after = new EvidenceBuilder();
		after.sentTogether(ADD, other, applied(1))
			.entryAt(2, "phone", ADD, 1)
			.entryAt(3, "tablet", other, 1)
			.page("reader", 0, true, 3, 3)
			.allAgree();
		assertThat(Rules.check(before)).extracting(Violation::rule)
			.containsExactly("an acknowledged change is in the stream exactly once");
		assertThat(Rules.check(after.build())).extracting(Violation::rule)
			.containsExactly("a page shows everything up to where it ends");
	}

	@Test
	void aPageMayEndBeforeTheStreamDoes() {
		this.seen.sent("phone", ADD, applied(1))
			.sent("phone", EDIT, applied(2))
			.entry("phone", ADD, 1)
			.entry("phone", EDIT, 2)
			.page("tablet", 0, false, 1, 1)
			.page("tablet", 2, false, 2)
			.page("phone", 0, false, 2)
			.allAgree();
		violates();
	}

	@Test
	void aRowOfAnotherUserIsDownloaded() {
		SentChange stranger = insert(1, "a", "bob/phone#1");
		this.seen.sent("phone", stranger, applied(1)).entry("phone", stranger, 1).page("tablet", 0, false, 1, 1);
		violates("no row of another user appears");
	}

	@Test
	void aConflictShowsARowOfAnotherUser() {
		this.seen.sent("phone", ADD, conflict(1, "bob/phone#1")).allAgree();
		violates("a conflict shows a state that the row really had", "no row of another user appears");
	}

	@Test
	void aDeviceDiffers() {
		this.seen.sent("phone", ADD, applied(1))
			.entry("phone", ADD, 1)
			.allAgree()
			.holds("ann/tablet", "a", "ann/phone#0");
		violates("in the end all devices hold the same rows");
	}

	@Test
	void theServersBooksDiffer() {
		this.seen.sent("phone", ADD, applied(1)).entry("phone", ADD, 1).allAgree().booked("a", 2);
		violates("in the end all devices hold the same rows");
	}

	@Test
	void somethingIsLeftToDo() {
		this.seen.stillToDo("ann/phone has 1 pending change");
		violates("in the end nothing is left to do");
	}

	@Test
	void anEditIsForgotten() {
		this.seen.sent("phone", ADD, applied(1))
			.entry("phone", ADD, 1)
			.edited("phone", "a", "ann/phone#2", false)
			.allAgree();
		violates("no edit is forgotten");
	}

	@Test
	void anEditThatTheServerLostIsNotForgottenIfItsRowWentWithItsParentThenAndNow() {
		lostComment();
		this.seen.lost("tablet", PERSON_GONE, 2);
		goesWithPerson();
		violates();
	}

	@Test
	void anEditThatTheServerLostIsForgottenIfItsRowGoesWithItsParentOnlyNow() {
		lostComment();
		goesWithPerson();
		violates("no edit is forgotten");
	}

	@Test
	void anEditThatTheServerLostIsForgottenIfItsRowIsThereAlthoughItHadGoneWithItsParent() {
		lostComment();
		this.seen.lost("tablet", PERSON_GONE, 2).allAgree();
		violates("no edit is forgotten");
	}

	@Test
	void anEditThatTheServerLostIsNotForgottenIfAnotherDeviceHadReceivedItAndChangedTheRow() {
		this.seen.sent("phone", ADD, applied(1))
			.entry("phone", ADD, 1)
			.lost("phone", EDIT, 2)
			.lostPage("tablet", "phone", EDIT, 2)
			.sent("tablet", OTHER_EDIT, applied(2))
			.entry("tablet", OTHER_EDIT, 2)
			.edited("phone", "a", "ann/phone#2", false)
			.allAgree();
		violates();
	}

	@Test
	void anEditThatTheServerLostIsForgottenIfAnotherDeviceChangedTheRowWithoutIt() {
		this.seen.sent("phone", ADD, applied(1))
			.entry("phone", ADD, 1)
			.lost("phone", EDIT, 2)
			.sent("tablet", OTHER_EDIT, applied(2))
			.lostPage("tablet", "phone", EDIT, 2)
			.entry("tablet", OTHER_EDIT, 2)
			.edited("phone", "a", "ann/phone#2", false)
			.allAgree();
		violates("no edit is forgotten");
	}

	private void lostComment() {
		this.seen.sent("phone", PERSON, applied(1))
			.sent("phone", comment("ann/phone#1", 0), applied(1))
			.entry("phone", PERSON, 1)
			.entry("phone", comment("ann/phone#1", 0), 1)
			.lost("phone", comment("ann/phone#2", 1), 2)
			.edited("phone", SampleTable.COMMENT, "c", "ann/phone#2", false);
	}

	private void goesWithPerson() {
		this.seen.sent("tablet", PERSON_GONE, applied(2))
			.entry("server", new SentChange(1, "comment", "c", "DELETE", 1, null), 2)
			.entry("tablet", PERSON_GONE, 2)
			.allAgree();
	}

	private static SentChange comment(String label, long expected) {
		return new SentChange(2 + expected, "comment", "c", "UPDATE", expected,
				"{\"id\":\"c\",\"person_id\":\"p\",\"comment\":\"" + label + "\"}");
	}

	@Test
	void anEditThatTheServerLostIsForgotten() {
		this.seen.lost("tablet", EvidenceBuilder.insert(1, "a", "ann/tablet#1"), 1)
			.sent("phone", ADD, applied(1))
			.entry("phone", ADD, 1)
			.edited("tablet", "a", "ann/tablet#1", false)
			.allAgree();
		violates("no edit is forgotten");
	}

	@Test
	void anEditThatTheServerLostIsNotForgottenIfAnotherIsMadeOnTopOfIt() {
		SentChange next = EvidenceBuilder.update(7, "a", 1, "ann/phone#7");
		this.seen.lost("tablet", EvidenceBuilder.insert(1, "a", "ann/tablet#1"), 1)
			.sent("phone", next, applied(2))
			.entry("phone", next, 2)
			.edited("tablet", "a", "ann/tablet#1", false)
			.allAgree();
		violates();
	}

	@Test
	void aDeleteIsForgotten() {
		this.seen.sent("phone", ADD, applied(1)).entry("phone", ADD, 1).edited("tablet", "a", null, false).allAgree();
		violates("no edit is forgotten");
	}

	@Test
	void anEditThatMetAnotherMayBeGone() {
		this.seen.sent("phone", ADD, applied(1))
			.entry("phone", ADD, 1)
			.edited("tablet", "a", "ann/tablet#1", true)
			.edited("tablet", "b", null, false)
			.allAgree();
		violates();
	}

	@Test
	void aRefusedChangeMustNotBeThere() {
		this.seen.sent("phone", ADD, invalid()).entry("phone", ADD, 1).allAgree();
		violates("a change that was not acknowledged as applied reaches no device");
	}

	@Test
	void aRefusedDeleteIsRestored() {
		refusedAndRestored();
		this.seen.sent("phone", DELETE, refused()).sentWithoutAnswer("phone", DELETE).allAgree();
		violates();
	}

	@Test
	void aRefusedDeleteIsRestoredAlthoughItsAnswerWasLost() {
		this.seen.sent("phone", ADD, applied(1))
			.sentWithoutAnswer("phone", DELETE)
			.entry("phone", ADD, 1)
			.entry("server", RESTORED, 2)
			.allAgree();
		violates();
	}

	@Test
	void aRefusedDeleteIsNotRestored() {
		this.seen.sent("phone", ADD, applied(1)).sent("phone", DELETE, refused()).entry("phone", ADD, 1).allAgree();
		violates("a refused delete brings the row back");
	}

	@Test
	void aRefusedDeleteIsRestoredWithAnotherContent() {
		this.seen.sent("phone", ADD, applied(1))
			.sent("phone", DELETE, refused())
			.entry("phone", ADD, 1)
			.entry("server", update(1, "a", 1, "ann/phone#0"), 2)
			.allAgree();
		violates("a change that was not acknowledged as applied reaches no device",
				"a refused delete brings the row back");
	}

	@Test
	void aRefusedDeleteIsRestoredAgainWhenItIsRepeated() {
		refusedAndRestored();
		this.seen.sent("phone", DELETE, refused()).entry("server", update(2, "a", 2, "ann/phone#1"), 3).allAgree();
		violates("a change that was not acknowledged as applied reaches no device");
	}

	@Test
	void aRefusedRowGoesWithItsParentAllTheSame() {
		SentChange person = new SentChange(1, "person", "p", "INSERT", 0, "{\"id\":\"p\",\"first_name\":\"ann/\"}");
		SentChange comment = new SentChange(2, "comment", "c", "INSERT", 0,
				"{\"id\":\"c\",\"person_id\":\"p\",\"comment\":\"ann/\"}");
		SentChange gone = new SentChange(3, "person", "p", "DELETE", 1, null);
		this.seen.sent("phone", person, applied(1))
			.sent("phone", comment, applied(1))
			.sent("phone", List.of(new SentChange(4, "comment", "c", "DELETE", 1, null), gone),
					List.of(refused(), applied(2)))
			.entry("phone", person, 1)
			.entry("phone", comment, 1)
			.entry("server", new SentChange(1, "comment", "c", "DELETE", 1, null), 2)
			.entry("phone", gone, 2)
			.allAgree();
		violates();
	}

	@Test
	void aPageBeginsWithWhatWasRestoredForItsDevice() {
		restoredBehindAnother();
		this.seen.pageOfMore("phone", 0, 2, 3, 3, 2).page("phone", 2, false, 3, 3).page("tablet", 0, false, 3, 1, 3);
		violates();
	}

	@Test
	void aPageDoesNotBeginWithWhatWasRestoredForItsDevice() {
		restoredBehindAnother();
		this.seen.pageOfMore("phone", 0, 2, 3, 2);
		violates("a page that ends before a restored row begins with it");
	}

	@Test
	void aPageNeedNotBeginWithWhatItsDeviceHasReceived() {
		restoredBehindAnother();
		this.seen.page("phone", 3, false, 3).pageOfMore("phone", 0, 2, 3, 2);
		violates();
	}

	@Test
	void aPageNeedNotBeginWithWhatLiesBehindItsWindow() {
		restoredBehindAnother();
		this.seen.pageOfMore("phone", 0, 2, 2, 2);
		violates();
	}

	@Test
	void aPageEndsWithWhatWasRestored() {
		restoredBehindAnother();
		this.seen.pageOfMore("phone", 0, 2, 3, 2, 3);
		violates("a page that ends before a restored row begins with it");
	}

	@Test
	void aPageBeginsWithWhatWasRestoredForAnotherDevice() {
		restoredBehindAnother();
		this.seen.pageOfMore("tablet", 0, 1, 3, 3, 1);
		violates("a page that ends before a restored row begins with it");
	}

	@Test
	void aPageBeginsWithWhatWasNotRestored() {
		restoredBehindAnother();
		this.seen.pageOfMore("tablet", 0, 1, 3, 2, 1);
		violates("a page that ends before a restored row begins with it");
	}

	private void refusedAndRestored() {
		this.seen.sent("phone", ADD, applied(1))
			.sent("phone", DELETE, refused())
			.entry("phone", ADD, 1)
			.entry("server", RESTORED, 2);
	}

	/** Three entries: the row of the phone, one of the tablet, and the row again. */
	private void restoredBehindAnother() {
		SentChange other = insert(1, "b", "ann/tablet#1");
		this.seen.sent("phone", ADD, applied(1))
			.sent("tablet", other, applied(1))
			.sent("phone", DELETE, refused())
			.entry("phone", ADD, 1)
			.entry("tablet", other, 1)
			.entry("server", RESTORED, 2)
			.allAgree();
	}

	@Test
	void aConflictShowsAnOldVersion() {
		this.seen.sent("phone", ADD, applied(1))
			.sent("tablet", OTHER_EDIT, applied(2))
			.sent("phone", update(3, "a", 0, "ann/phone#3"), conflict(1, "ann/phone#1"))
			.entry("phone", ADD, 1)
			.entry("tablet", OTHER_EDIT, 2)
			.allAgree();
		violates("a conflict shows the row as it is after the upload");
	}

	@Test
	void aConflictShowsTheRowAsItWasWithinTheUpload() {
		SentChange first = insert(5, "b", "ann/phone#5");
		SentChange last = insert(6, "c", "ann/phone#6");
		this.seen.sent("phone", ADD, applied(1))
			.sentWithoutAnswer("tablet", OTHER_EDIT)
			.sent("phone", List.of(first, update(3, "a", 0, "ann/phone#3"), last),
					List.of(applied(1), conflict(1, "ann/phone#1"), applied(1)))
			.entry("phone", ADD, 1)
			.entry("phone", first, 1)
			.entry("tablet", OTHER_EDIT, 2)
			.entry("phone", last, 1)
			.allAgree();
		violates("a conflict shows the row as it is after the upload");
	}

	@Test
	void aConflictNeedNotShowWhatCameAtTheSameTime() {
		this.seen.sent("phone", ADD, applied(1))
			.sentWithoutAnswer("tablet", OTHER_EDIT)
			.sent("phone", update(3, "a", 0, "ann/phone#3"), conflict(1, "ann/phone#1"))
			.entry("phone", ADD, 1)
			.entry("tablet", OTHER_EDIT, 2)
			.allAgree();
		violates();
	}

	@Test
	void theSameChangeOnTopOfItsResultIsAnotherOne() {
		this.seen.sent("phone", EDIT, applied(2))
			.sent("phone", update(2, "a", 2, "ann/phone#2"), applied(3))
			.sent("tablet", ADD, applied(1))
			.entry("tablet", ADD, 1)
			.entry("phone", EDIT, 2)
			.entry("phone", EDIT, 3)
			.allAgree();
		assertThat(Rules.check(this.seen.build())).extracting(Violation::rule)
			.doesNotContain("an acknowledged change is in the stream exactly once");
	}

	@Test
	void theApplicationWritesARowAndADeviceWritesItAfterwards() {
		SentChange late = update(3, "a", 2, "ann/phone#3");
		this.seen.sent("phone", ADD, applied(1))
			.entry("phone", ADD, 1)
			.wrote("a", false, "ann/application#1", Outcome.COMMITTED)
			.wrote("a", false, "ann/application#2", Outcome.ROLLED_BACK)
			.entry("server", update(1, "a", 1, "ann/application#1"), 2)
			.sent("phone", EDIT, conflict(2, "ann/application#1"))
			.sent("phone", late, applied(3))
			.entry("phone", late, 3)
			.edited("phone", "a", "ann/phone#3", false)
			.allAgree();
		violates();
	}

	/** The write itself never comes into the stream. */
	@Test
	void aRowGoesWithAParentThatTheApplicationHasJustGivenToIt() {
		SentChange added = new SentChange(1, "comment", "c", "INSERT", 0,
				"{\"id\":\"c\",\"person_id\":\"q\",\"comment\":\"ann/phone#1\"}");
		this.seen.sent("phone", added, applied(1))
			.entry("phone", added, 1)
			.wroteColumns("comment c", "ann/application#1", "comment")
			.entry("server", new SentChange(1, "comment", "c", "DELETE", 1, null), 2)
			.allAgree();
		violates("a change that was not acknowledged as applied reaches no device");
		this.seen.wroteColumns("comment c", "ann/application#2", "comment", "person_id");
		violates();
	}

	@Test
	void aWriteOfTheApplicationIsLost() {
		this.seen.wrote("a", true, "ann/application#1", Outcome.COMMITTED).allAgree();
		violates("no write of the application is lost");
	}

	@Test
	void aWriteOfTheApplicationMayCountOrNot() {
		this.seen.wrote("a", true, "ann/application#1", Outcome.UNKNOWN)
			.wrote("b", true, "ann/application#2", Outcome.UNKNOWN)
			.entry("server", insert(1, "a", "ann/application#1"), 1)
			.allAgree();
		violates();
	}

	@Test
	void twoWritesOfTheApplicationBecomeOneChange() {
		this.seen.wrote("a", true, "ann/application#1", Outcome.COMMITTED)
			.wrote("a", false, "ann/application#2", Outcome.COMMITTED)
			.entry("server", insert(1, "a", "ann/application#2"), 1)
			.allAgree();
		violates();
	}

	@Test
	void aWriteOfTheApplicationComesTwice() {
		this.seen.wrote("a", true, "ann/application#1", Outcome.COMMITTED)
			.entry("server", insert(1, "a", "ann/application#1"), 1)
			.entry("server", update(2, "a", 1, "ann/application#1"), 2)
			.allAgree();
		violates("what the application wrote comes once and in order");
	}

	@Test
	void aColumnThatADeviceIsTheFirstToHaveFollows() {
		SentChange without = new SentChange(1, "files", "a", "INSERT", 0,
				"{\"id\":\"a\",\"name\":\"ann/application#1\"}");
		this.seen.wrote("a", true, "ann/application#1", Outcome.COMMITTED)
			.entry("server", without, 1)
			.entry("server", update(2, "a", 1, "ann/application#1"), 2)
			.allAgree();
		violates("what the application wrote comes once and in order");
		SentChange other = insert(1, "b", "ann/phone#1");
		this.seen.sent("phone", other, applied(1)).entry("phone", other, 1).allAgree();
		violates();
	}

	@Test
	void writesOfTheApplicationComeInAnotherOrder() {
		this.seen.wrote("a", true, "ann/application#1", Outcome.COMMITTED)
			.wrote("a", false, "ann/application#2", Outcome.COMMITTED)
			.entry("server", insert(1, "a", "ann/application#2"), 1)
			.entry("server", update(2, "a", 1, "ann/application#1"), 2)
			.allAgree();
		violates("what the application wrote comes once and in order",
				"what the application writes keeps the formats of the row");
	}

	@Test
	void aDeviceOverwritesWhatTheApplicationWrote() {
		this.seen.sent("phone", ADD, applied(1))
			.entry("phone", ADD, 1)
			.wrote("a", false, "ann/application#1", Outcome.COMMITTED)
			.sent("phone", EDIT, applied(2))
			.entry("phone", EDIT, 2)
			.allAgree();
		violates("no write of the application is lost", "no device overwrites unseen what the application wrote");
	}

	@Test
	void theApplicationWritesWhileADeviceDoes() {
		this.seen.sent("phone", ADD, applied(1))
			.entry("phone", ADD, 1)
			.sent("phone", EDIT, applied(2))
			.entry("phone", EDIT, 2)
			.wrote("a", false, "ann/application#1", Outcome.COMMITTED)
			.entry("server", update(1, "a", 2, "ann/application#1"), 3)
			.allAgree();
		violates();
	}

	@Test
	void aWriteThatWasRolledBackIsSeen() {
		this.seen.wrote("a", true, "ann/application#1", Outcome.ROLLED_BACK)
			.entry("server", insert(1, "a", "ann/application#1"), 1)
			.allAgree();
		violates("a change that was not acknowledged as applied reaches no device",
				"what the application rolled back shows nowhere");
	}

	@Test
	void aRowThatTheApplicationTookEnds() {
		this.seen.sent("phone", ADD, applied(1))
			.entry("phone", ADD, 1)
			.took("files a", "bob")
			.entry("server", delete(1, "a", 1), 2)
			.allAgree();
		violates();
	}

	@Test
	void aRowThatTheApplicationTookStays() {
		this.seen.sent("phone", ADD, applied(1)).entry("phone", ADD, 1).took("files a", "bob").allAgree();
		violates("no write of the application is lost");
	}

	@Test
	void aRowThatTheApplicationDeletedEndsTwice() {
		SentChange again = update(3, "a", 2, "ann/phone#3");
		this.seen.sent("phone", ADD, applied(1))
			.entry("phone", ADD, 1)
			.took("files a", null)
			.entry("server", delete(1, "a", 1), 2)
			.sent("phone", again, applied(3))
			.entry("phone", again, 3)
			.entry("server", delete(2, "a", 3), 4)
			.allAgree();
		violates("what the application wrote comes once and in order");
	}

	@Test
	void aMemberThatTheApplicationDidNotWriteIsAnother() {
		this.seen.sent("phone", ADD, applied(1))
			.entry("phone", ADD, 1)
			.wrote("a", false, "ann/application#1", Outcome.COMMITTED)
			.entry("server",
					new SentChange(1, "files", "a", "UPDATE", 1,
							"{\"id\":\"a\",\"name\":\"ann/application#1\",\"data\":\"AAA=\"}"),
					2)
			.allAgree();
		violates("what the application writes keeps the formats of the row");
	}

	@Test
	void aMemberThatTheApplicationWroteIsOfAnotherType() {
		this.seen.sent("phone", ADD, applied(1))
			.entry("phone", ADD, 1)
			.took("files a", "bob")
			.wrote("a", true, "ann/application#1", Outcome.COMMITTED)
			.entry("server",
					new SentChange(1, "files", "a", "UPDATE", 1,
							"{\"id\":\"a\",\"name\":\"ann/application#1\",\"data\":1234}"),
					2)
			.allAgree();
		assertThat(Rules.check(this.seen.build())).extracting(Violation::rule)
			.contains("what the application writes keeps the formats of the row");
	}

	@Test
	void aRowIsNotInItsTable() {
		this.seen.sent("phone", ADD, applied(1)).entry("phone", ADD, 1).failed("files a").allAgree();
		violates("a row is in its table unless the application has given it away");
		this.seen.took("files a", "bob").entry("server", delete(1, "a", 1), 2).allAgree();
		violates();
	}

	@Test
	void aRowIsKeptByOneThatIsNotInItsTable() {
		this.seen.sent("phone", PERSON, applied(1))
			.sent("phone", comment("ann/phone#1", 0), applied(1))
			.entry("phone", PERSON, 1)
			.entry("phone", comment("ann/phone#1", 0), 1)
			.failed("person p")
			.allAgree();
		violates("a row is in its table unless the application has given it away");
		this.seen.took("comment c", "bob")
			.entry("server", new SentChange(1, "comment", "c", "DELETE", 1, null), 2)
			.failed("comment c")
			.allAgree();
		violates();
	}

	@Test
	void aCompactionLeavesTheLastEntryOfEachRow() {
		this.seen.sent("phone", ADD, applied(1))
			.sent("phone", EDIT, applied(2))
			.entry("phone", ADD, 1)
			.entry("phone", EDIT, 2)
			.left(2)
			.allAgree();
		violates();
	}

	@Test
	void aCompactionRemovesTheLastEntryOfARow() {
		this.seen.sent("phone", ADD, applied(1))
			.sent("phone", EDIT, applied(2))
			.entry("phone", ADD, 1)
			.entry("phone", EDIT, 2)
			.left(1)
			.allAgree();
		violates("a compacted stream brings each device to the same rows");
	}

	@Test
	void aTombstoneIsRemoved() {
		this.seen.sent("phone", ADD, applied(1))
			.sent("phone", DELETE, applied(2))
			.entry("phone", ADD, 1)
			.entry("phone", DELETE, 2)
			.left()
			.allAgree();
		violates("a compacted stream brings each device to the same rows");
	}

	@Test
	void aDeleteBetweenTwoLivesIsRemovedAndTheSecondLifeLacksAMember() {
		SentChange again = new SentChange(3, "files", "a", "INSERT", 2, "{\"id\":\"a\",\"name\":\"ann/phone#3\"}");
		this.seen.sent("phone", ADD, applied(1))
			.sent("phone", DELETE, applied(2))
			.sent("phone", again, applied(3))
			.entry("phone", ADD, 1)
			.entry("phone", DELETE, 2)
			.entry("phone", again, 3)
			.left(2, 3)
			.allAgree();
		violates();
		this.seen.left(3);
		violates("a compacted stream brings each device to the same rows");
	}

	@Test
	void aChildComesBeforeItsParent() {
		SentChange parentAgain = new SentChange(3, "person", "p", "UPDATE", 1,
				"{\"id\":\"p\",\"first_name\":\"ann/#2\"}");
		this.seen.sent("phone", PERSON, applied(1))
			.sent("phone", comment("ann/phone#1", 0), applied(1))
			.sent("phone", parentAgain, applied(2))
			.entry("phone", PERSON, 1)
			.entry("phone", comment("ann/phone#1", 0), 1)
			.entry("phone", parentAgain, 2)
			.left(1, 2, 3)
			.allAgree();
		violates();
		this.seen.left(2, 3);
		violates("a compacted stream has each parent where the whole one has it");
	}

	@Test
	void aParentIsDeletedBeforeItsChildOnTheWayOfACompactedStream() {
		SentChange other = new SentChange(2, "comment", "c", "UPDATE", 1,
				"{\"id\":\"c\",\"comment\":\"ann/phone#2\",\"person_id\":null}");
		SentChange later = new SentChange(4, "comment", "c", "UPDATE", 2,
				"{\"id\":\"c\",\"comment\":\"ann/phone#3\",\"person_id\":null}");
		SentChange gone = new SentChange(3, "person", "p", "DELETE", 1, null);
		this.seen.sent("phone", PERSON, applied(1))
			.sent("phone", comment("ann/phone#1", 0), applied(1))
			.sent("phone", other, applied(2))
			.sent("phone", gone, applied(2))
			.sent("phone", later, applied(3))
			.entry("phone", PERSON, 1)
			.entry("phone", comment("ann/phone#1", 0), 1)
			.entry("phone", other, 2)
			.entry("phone", gone, 2)
			.entry("phone", later, 3)
			.left(1, 2, 3, 4, 5)
			.allAgree();
		violates();
		this.seen.left(4, 5);
		violates("a compacted stream has each parent where the whole one has it");
	}

	@Test
	void aRevokedDeviceIsServed() {
		this.seen.asked("phone", 200)
			.revoked("phone", (seen) -> seen.asked("phone", 401).asked("phone", 503).asked("tablet", 200))
			.asked("phone", 200);
		violates();
		this.seen.revoked("phone", (seen) -> seen.asked("phone", 200));
		violates("a revoked device is refused");
	}

	/** The phone has added and deleted a row. */
	private EvidenceBuilder deleted() {
		return this.seen.sent("phone", ADD, applied(1))
			.sent("phone", DELETE, applied(2))
			.entry("phone", ADD, 1)
			.entry("phone", DELETE, 2);
	}

	/** Nothing is left of it, and another row is there. */
	private EvidenceBuilder expired() {
		SentChange other = insert(9, "b", "ann/phone#9");
		return deleted().sent("phone", other, applied(1))
			.entry("phone", other, 1)
			.left(3)
			.allAgree()
			.unknown("files a");
	}

	@Test
	void aTombstoneExpiresWhenAllDevicesHavePassedItOrAreAway() {
		expired().askedAfter("phone", 0, 200)
			.askedAfter("phone", 2, 200)
			.askedAfter("tablet", 0, 200)
			.askedAfter("tablet", 1, 200)
			.away("tablet")
			.expired(2)
			.askedAfter("tablet", 1, 410)
			.askedAfter("phone", 2, 200)
			.askedAfter("watch", 0, 200)
			.askedAfter("watch", 1, 200);
		violates();
	}

	@Test
	void aTombstoneExpiresThatADeviceHasNotPassed() {
		expired().askedAfter("tablet", 0, 200).askedAfter("tablet", 1, 200).expired(2).away("tablet");
		violates("tombstones wait for devices that were seen lately");
	}

	@Test
	void aMissedDeleteIsNotNoticed() {
		expired().askedAfter("tablet", 0, 200)
			.askedAfter("tablet", 1, 200)
			.away("tablet")
			.expired(2)
			.askedAfter("tablet", 1, 200);
		violates("a device that may have missed a delete is sent away");
	}

	@Test
	void aRowThatHasExpiredIsStillKnown() {
		deleted().left().allAgree().expired(2);
		violates("in the end all devices hold the same rows");
	}

	@Test
	void moreIsGoneThanTheStreamSays() {
		expired().expired(1);
		violates("a compacted stream brings each device to the same rows", "in the end all devices hold the same rows");
	}

	@Test
	void aRowBeginsAboveThoseThatHaveExpired() {
		SentChange again = insert(3, "a", "ann/phone#3");
		deleted().expired(2).sent("phone", again, applied(3)).entry("phone", again, 3);
		SentChange other = insert(4, "b", "ann/phone#4");
		this.seen.sent("phone", other, applied(3)).entry("phone", other, 3).left(3, 4).allAgree();
		violates();
	}

	@Test
	void aDeleteArrivesOnceMoreWhenItsTombstoneHasExpired() {
		deleted().sentByItself("phone", DELETE, applied(1)).allAgree();
		violates("an acknowledged change is in the stream exactly once");
		this.seen.expired(2).left().unknown("files a");
		violates();
	}

	@Test
	void aRowBeginsAgainWithTheFirstVersion() {
		SentChange again = insert(3, "a", "ann/phone#3");
		deleted().expired(2).sent("phone", again, applied(1)).entry("phone", again, 1).left(3).allAgree();
		violates("the versions of a row count up by one");
	}

	@ParameterizedTest
	@ValueSource(longs = { 3, (1L << 61) + 1 })
	void aRowThatHasExpiredMayBeTakenForOneThatTheServerLost(long id) {
		SentChange back = update(id, "a", 5_000_000, "ann/phone#3");
		deleted().expired(2).sent("phone", back, applied(5_000_001)).entry("phone", back, 5_000_001).left(3).allAgree();
		violates("the versions of a row count up by one");
		this.seen.lost("tablet", insert(1, "b", "ann/tablet#1"), 1);
		violates();
	}

	@Test
	void aRowThatHasExpiredBeginsInAnotherFormat() {
		SentChange again = new SentChange(3, "files", "a", "INSERT", 0,
				"{\"name\":\"ann/application#1\",\"id\":\"a\"}");
		deleted().wrote("a", true, "ann/application#1", Outcome.COMMITTED).entry("server", again, 3).allAgree();
		violates("what the application writes keeps the formats of the row");
		this.seen.expired(2).left(3);
		violates();
	}

	@Test
	void versionsJumpAlthoughTheDeleteIsKnown() {
		SentChange again = insert(3, "a", "ann/phone#3");
		deleted().sent("phone", again, applied(5)).entry("phone", again, 5).left(2, 3).allAgree();
		violates("the versions of a row count up by one",
				"a change is applied only to the version that it was made on");
	}

	@Test
	void aDeletedRowComesBackByItself() {
		SentChange again = update(1, "a", 2, "ann/tablet#1");
		deleted().sentByItself("tablet", again, applied(3)).entry("tablet", again, 3).allAgree();
		violates("a deleted row comes back only if it is written");
	}

	@Test
	void oneWriteBringsADeletedRowBackTwice() {
		broughtBack(update(2, "a", 4, "ann/tablet#1"));
		violates("a deleted row comes back only if it is written");
	}

	@Test
	void aWriteIsSentThatWasMadeBeforeTheChangeBeforeTheDelete() {
		broughtBack(update(2, "a", 4, "ann/tablet#2"));
		violates();
	}

	/** The edit #1 brings the row back, and after its delete another change does. */
	private void broughtBack(SentChange more) {
		SentChange again = update(1, "a", 2, "ann/tablet#1");
		SentChange gone = delete(3, "a", 3);
		deleted().sent("tablet", again, applied(3))
			.sent("phone", gone, applied(4))
			.entry("tablet", again, 3)
			.entry("phone", gone, 4)
			.allAgree();
		violates();
		this.seen.sentByItself("tablet", more, applied(5)).entry("tablet", more, 5).allAgree();
	}

	private void violates(String... rules) {
		assertThat(Rules.check(this.seen.build()).stream().map(Violation::rule).distinct()).containsExactly(rules);
	}

}
