/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.function.Supplier;

import io.oversync.verification.chaos.StatementRewriter.Rewrite;

/**
 * A bug of a server, for {@link BuggyServer}, which the prover must find.
 */
enum PlantedBug {

	NONE("The server as it is.", Planting::nothing),

	/** The classic of sequences: ids are taken before commit, and commits overtake. */
	IDS_WITHOUT_THE_LOCK("Two uploads of a user at once commit in another order than their server_ids,"
			+ " so that a reader goes past changes that appear later.", UnlockedIds::new),

	/**
	 * Seen in another server of this protocol: the row in its log, with a server_version
	 * of base + 1, is delivered to the other devices.
	 */
	REJECTED_CHANGES_IN_THE_STREAM("A change that was answered as a conflict stays in the stream.",
			() -> Planting.around(LeakedConflicts::new)),

	REPLAYS_WITHOUT_APPLYING(
			"Change ids are remembered when a request comes in; when one comes again it is answered"
					+ " as applied, although the first attempt failed or was a conflict.",
			() -> Planting.around(HollowReplays::new)),

	SWAPPED_USERS("Now and then a request is served as another user's.", () -> Planting.around(SwappedUsers::new)),

	LOST_UPDATE("A change that is based on an old version is applied all the same.",
			() -> Planting.around((real) -> new OverruledConflicts(real, (actor, change) -> true))),

	UNMATERIALISED_DELETES("The business row of a deleted user stays.", () -> Planting.inDatabase("""
			create function planted.keep() returns trigger language plpgsql as 'begin return null; end'""",
			"create trigger keep before delete on business.users for each row execute function planted.keep()")),

	PAYLOAD_REWRITTEN("Downloads send numbers as a double holds them, as JavaScript would.",
			() -> Planting.around(RoundedNumbers::new)),

	DOUBLE_APPLY("A change whose id was applied before is applied again, under a new version.",
			DoubleApplications::new),

	SKIPPED_PAGE_ROW("Now and then a page silently leaves out a change.", () -> Planting.around(SkippedRows::new)),

	/** Devices in the field take the row back only where it comes again. */
	MISSING_RESTORES("A delete is refused, and the row is not appended once more.", MissingRestores::new),

	LATE_RESTORES("A page does not begin with the restored rows that lie behind it.",
			() -> Planting.around(LateRestores::new)),

	REPEATED_RESTORES("A refused delete that is sent again restores the row again.",
			() -> Planting.around(RepeatedRestores::new)),

	REPLAY_WITHIN_A_BATCH_APPLIED("Now and then a change that is in an upload twice is applied twice.",
			() -> Planting.around(DoubledChanges::new)),

	FORGETTING("Now and then an upload is answered as usual, but its transaction was rolled back.",
			ForgottenUploads::new),

	CAPTURE_IGNORED_ON_UPLOAD("An upload does not look for what the application has written to its rows.",
			() -> Planting.rewriting(Writes.TAKE_NONE, Writes.SEE_NONE)),

	UNSEEN_WRITES("An upload does not look for what the application committed while it wrote its rows.",
			() -> Planting.rewriting(Writes.SEE_NONE)),

	ROWS_READ_BEFORE_THE_LOCK("Rows that the application wrote are read before the lock of the stream is taken.",
			EarlyReads::new),

	MISSED_HEADS("A device that watches is told only of every other move of the head.", MissedHeads::new),

	OWNER_CHANGE_NOT_SPLIT("A row that gets another owner is noted for that one only.", () -> Planting.inDatabase("""
			do $planted$
			declare
			  capture record;
			begin
			  for capture in
			    select pg_get_functiondef(p.oid) as sql from pg_proc p
			    where p.pronamespace = 'sync'::regnamespace and p.proname like 'capture\\_%'
			  loop
			    if capture.sql not like '%IS NULL OR COALESCE(%' then
			      raise exception 'The function of the capture has changed';
			    end if;
			    execute replace(capture.sql, 'IS NULL OR COALESCE(', 'IS NULL AND COALESCE(');
			  end loop;
			end $planted$"""));

	private final String description;

	private final Supplier<Planting> planting;

	PlantedBug(String description, Supplier<Planting> planting) {
		this.description = description;
		this.planting = planting;
	}

	String description() {
		return this.description;
	}

	/** Creates one for each server, since it may have state. */
	Planting planting() {
		return this.planting.get();
	}

	/** Statements on the queue of rows that the application wrote. */
	private static final class Writes {

		static final Rewrite TAKE_NONE = new Rewrite("q.pks && w.pks", "q.pks && w.pks", "q.pks && w.pks AND false");

		static final Rewrite SEE_NONE = new Rewrite("k.pk = ANY (q.pks)", "k.pk = ANY (q.pks)",
				"k.pk = ANY (q.pks) AND false");

	}

}
