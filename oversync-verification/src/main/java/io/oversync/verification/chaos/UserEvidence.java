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
 * What was seen of a user from outside, from the first request until all was quiet.
 *
 * @param user the user
 * @param tables the tables of the rows
 * @param uploads all that reached the server as a whole
 * @param pages all that the server gave away
 * @param acknowledgements up to where devices have said that they have everything
 * @param stream the whole stream at the end
 * @param contents the rows at the end, by where they are: each device, and the server's
 * tables as far as they can be looked at
 * @param versions version and deletion of each row by the server's own books; empty if
 * they cannot be looked at
 * @param edits the last of each row on each device
 * @param lost uploads that the server may have forgotten when it was put back; without
 * their answers they are among the others, too
 * @param lostPages pages that may show what the server has forgotten; they are not among
 * the others
 * @param unrest what was still to do at the end; empty if nothing was
 */
record UserEvidence(String user, TableModels tables, List<Upload> uploads, List<SeenPage> pages,
		List<Acknowledgement> acknowledgements, List<WireEntry> stream, Map<String, Map<String, List<String>>> contents,
		Map<String, List<String>> versions, List<LastEdit> edits, List<Upload> lost, List<SeenPage> lostPages,
		String unrest) {
}
