/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.List;
import java.util.Map;

import io.oversync.verification.device.TableModels;
import io.oversync.verification.device.WireEntry;

/**
 * The evidence about a user from outside the server, from the first request until rest.
 *
 * @param user the user
 * @param tables the tables of the rows
 * @param uploads all uploads that reached the server as a whole
 * @param pages all pages that the server sent
 * @param acknowledgements the positions up to which devices acknowledged everything
 * @param stream the whole stream at the end
 * @param contents the rows at the end, by their place: each device, and the server's
 * tables if they are accessible
 * @param versions version and deletion of each row in the server's sync schema; empty if
 * it is not accessible
 * @param edits the last edit of each row on each device
 * @param lost uploads that the server may have lost when it was restored; without their
 * answers they are among the others, too
 * @param lostPages pages that may show lost changes; they are not among the others
 * @param writes what the application wrote to rows of all users, that of each row in
 * order
 * @param failed the errors of rows that could not be written to the business tables, by
 * row
 * @param differences the rows that the devices themselves find to differ from the
 * server's, by device
 * @param unrest the work that was left at the end, empty for none
 * @param left what compactions have left of the stream; all of it without compactions
 * @param requests all requests that reached the server
 * @param revocations the times during which devices were surely refused
 * @param retainedSince the position since which the stream retains tombstones, 0 for all
 * @param expiries the expiries of tombstones that the server has not lost, by time
 * @param userWrites what users wrote on devices, deletes excluded, by time
 * @param absences since when a server need not wait for a device
 */
record UserEvidence(String user, TableModels tables, List<SentUpload> uploads, List<SeenPage> pages,
		List<Acknowledgement> acknowledgements, List<WireEntry> stream, Map<String, Map<String, List<String>>> contents,
		Map<String, List<String>> versions, List<LastEdit> edits, List<SentUpload> lost, List<SeenPage> lostPages,
		List<ApplicationWrite> writes, Map<String, String> failed, Map<String, String> differences, String unrest,
		List<WireEntry> left, List<SentRequest> requests, List<Revocation> revocations, long retainedSince,
		List<Expired> expiries, List<UserWrite> userWrites, List<Absence> absences) {
}
