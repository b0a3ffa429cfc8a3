/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.oversync.simulator.sample.SampleTable;
import io.oversync.verification.device.RandomEdits.RowEdit;
import io.oversync.verification.device.StreamPage;
import io.oversync.verification.device.TableModel;
import io.oversync.verification.device.WireEntry;
import org.jspecify.annotations.Nullable;

/**
 * Builds evidence about the user {@code ann}. Rows are those of the table files, with
 * keys such as {@code a}.
 */
final class EvidenceBuilder {

	static final String USER = "ann";

	private final List<SentUpload> uploads = new ArrayList<>();

	private final List<SeenPage> pages = new ArrayList<>();

	private final List<Acknowledgement> acknowledgements = new ArrayList<>();

	private final List<WireEntry> stream = new ArrayList<>();

	private final Map<String, Map<String, List<String>>> contents = new TreeMap<>();

	private final Map<String, List<String>> versions = new TreeMap<>();

	private final List<LastEdit> edits = new ArrayList<>();

	private final List<SentUpload> lost = new ArrayList<>();

	private final List<SeenPage> lostPages = new ArrayList<>();

	private final List<ApplicationWrite> writes = new ArrayList<>();

	private final Map<String, String> failed = new TreeMap<>();

	private final Map<String, String> differences = new TreeMap<>();

	private final List<SentRequest> requests = new ArrayList<>();

	private final List<Revocation> revocations = new ArrayList<>();

	private final List<Expired> expiries = new ArrayList<>();

	private final List<UserWrite> userWrites = new ArrayList<>();

	private final List<Absence> absences = new ArrayList<>();

	private @Nullable Set<Integer> left;

	private long retainedSince;

	private String unrest = "";

	private long clock;

	static String payload(String label) {
		return "{\"id\":\"a\",\"name\":\"" + label + "\",\"data\":\"AA==\"}";
	}

	static SentChange insert(long id, String key, String label) {
		return new SentChange(id, "files", key, "INSERT", 0, payload(label));
	}

	static SentChange update(long id, String key, long expected, String label) {
		return new SentChange(id, "files", key, "UPDATE", expected, payload(label));
	}

	static SentChange delete(long id, String key, long expected) {
		return new SentChange(id, "files", key, "DELETE", expected, null);
	}

	static Answer applied(long version) {
		return new Answer("applied", version, null, null);
	}

	static Answer conflict(long version, String label) {
		return new Answer("conflict", 0, new Answer.ShownRow(version, false, payload(label)), null);
	}

	static Answer invalid() {
		return new Answer("invalid", 0, null, null);
	}

	/** A delete that other rows refer to. */
	static Answer refused() {
		return new Answer("invalid", 0, null, List.of("business.files:b"));
	}

	/** A user writes a row, and the device sends it and gets an answer. */
	EvidenceBuilder sent(String device, SentChange change, Answer answer) {
		this.userWrites.add(new UserWrite(device, change.row(), this.clock++));
		return sentByItself(device, change, answer);
	}

	/** The device sends a change after everything before and gets an answer. */
	EvidenceBuilder sentByItself(String device, SentChange change, Answer answer) {
		this.uploads.add(new SentUpload(device, this.clock++, this.clock++, List.of(change), List.of(answer)));
		return this;
	}

	/** The server is restored to its state before a change that it had applied. */
	EvidenceBuilder lost(String device, SentChange change, long version) {
		sentWithoutAnswer(device, change);
		SentUpload upload = this.uploads.get(this.uploads.size() - 1);
		this.lost
			.add(new SentUpload(device, upload.started(), upload.ended(), List.of(change), List.of(applied(version))));
		return this;
	}

	/**
	 * A page shows a change before the server is restored to its state before that
	 * change.
	 */
	EvidenceBuilder lostPage(String device, String source, SentChange change, long version) {
		WireEntry entry = new WireEntry(9, "business", change.table(), change.pk(), change.op(), version,
				change.payload() == null, source, change.id(), change.payload());
		this.lostPages.add(new SeenPage(device, 8, false, new StreamPage(List.of(entry), false, 9, 9), this.clock++));
		return this;
	}

	/** The server answers nothing to any change. */
	EvidenceBuilder sentForNothing(String device, SentChange change) {
		this.uploads.add(new SentUpload(device, this.clock++, this.clock++, List.of(change), List.of()));
		return this;
	}

	/** Both uploads run at the same time. */
	EvidenceBuilder sentTogether(SentChange phone, SentChange tablet, Answer answer) {
		long start = this.clock++;
		long end = this.clock++;
		this.uploads.add(new SentUpload("phone", start, end, List.of(phone), List.of(answer)));
		this.uploads.add(new SentUpload("tablet", start, end, List.of(tablet), List.of(answer)));
		return this;
	}

	EvidenceBuilder sentWithoutAnswer(String device, SentChange change) {
		this.userWrites.add(new UserWrite(device, change.row(), this.clock++));
		this.uploads.add(new SentUpload(device, this.clock++, this.clock++, List.of(change), null));
		return this;
	}

	/** The stream has one entry more. */
	EvidenceBuilder entry(String device, SentChange change, long version) {
		long serverId = this.stream.isEmpty() ? 1 : this.stream.get(this.stream.size() - 1).serverId() + 1;
		return entryAt(serverId, device, change, version);
	}

	EvidenceBuilder entryAt(long serverId, String device, SentChange change, long version) {
		this.stream.add(new WireEntry(serverId, "business", change.table(), change.pk(), change.op(), version,
				change.payload() == null, device, change.id(), change.payload()));
		return this;
	}

	/** A page shows those entries of the stream that are named. */
	EvidenceBuilder page(String device, long after, boolean includeSelf, long nextAfter, Integer... serverIds) {
		List<WireEntry> entries = this.stream.stream()
			.filter((entry) -> Arrays.asList(serverIds).contains((int) entry.serverId()))
			.toList();
		long now = this.clock++;
		this.acknowledgements.add(new Acknowledgement(device, after, now));
		this.pages.add(new SeenPage(device, after, includeSelf, new StreamPage(entries, false, nextAfter, nextAfter),
				this.clock++));
		return this;
	}

	/**
	 * A page that others follow shows those entries of the stream that are named, in that
	 * order.
	 */
	EvidenceBuilder pageOfMore(String device, long after, long nextAfter, long windowUntil, Integer... serverIds) {
		List<WireEntry> entries = Arrays.stream(serverIds)
			.flatMap((id) -> this.stream.stream().filter((entry) -> entry.serverId() == id))
			.toList();
		this.acknowledgements.add(new Acknowledgement(device, after, this.clock++));
		this.pages.add(new SeenPage(device, after, false, new StreamPage(entries, true, nextAfter, windowUntil),
				this.clock++));
		return this;
	}

	/** The device sends several changes at once. */
	EvidenceBuilder sent(String device, List<SentChange> changes, List<Answer> answers) {
		changes.forEach((change) -> this.userWrites.add(new UserWrite(device, change.row(), this.clock++)));
		this.uploads.add(new SentUpload(device, this.clock++, this.clock++, changes, answers));
		return this;
	}

	/** All devices hold the rows of the stream. */
	EvidenceBuilder allAgree() {
		for (String place : List.of("ann/phone", "ann/tablet", "the business tables")) {
			this.contents.put(place, new TreeMap<>(SampleTable.ALL.fold(this.stream)));
		}
		for (WireEntry entry : this.stream) {
			this.versions.put(entry.row(), List.of(Long.toString(entry.version()), Boolean.toString(entry.deleted())));
		}
		return this;
	}

	/** The server no longer knows a row. */
	EvidenceBuilder unknown(String row) {
		this.versions.remove(row);
		return this;
	}

	EvidenceBuilder holds(String place, String key, String label) {
		this.contents.computeIfAbsent(place, (name) -> new TreeMap<>()).put("files " + key, List.of(key, label, "00"));
		return this;
	}

	EvidenceBuilder booked(String key, long version) {
		this.versions.put("files " + key, List.of(Long.toString(version), "false"));
		return this;
	}

	EvidenceBuilder edited(String device, String key, String label, boolean reported) {
		return edited(device, SampleTable.FILES, key, label, reported);
	}

	EvidenceBuilder edited(String device, TableModel table, String key, String label, boolean reported) {
		this.edits.add(new LastEdit("ann/" + device, new RowEdit(table, key, label), reported));
		return this;
	}

	/** The application gives a row to the user, or writes one that the user has. */
	EvidenceBuilder wrote(String key, boolean isNew, String label, ApplicationWrite.Outcome outcome) {
		return written("files " + key, isNew ? null : USER, USER, label, isNew ? Set.of() : Set.of("name"), outcome);
	}

	/** The application writes columns of a row that the user has. */
	EvidenceBuilder wroteColumns(String row, String label, String... columns) {
		return written(row, USER, USER, label, Set.of(columns), ApplicationWrite.Outcome.COMMITTED);
	}

	/** The application deletes a row of the user, or gives it to another one. */
	EvidenceBuilder took(String row, @Nullable String newOwner) {
		return written(row, USER, newOwner, (newOwner != null) ? newOwner + "/application#0" : null, Set.of(),
				ApplicationWrite.Outcome.COMMITTED);
	}

	private EvidenceBuilder written(String row, @Nullable String formerOwner, @Nullable String owner,
			@Nullable String label, Set<String> columns, ApplicationWrite.Outcome outcome) {
		this.writes
			.add(new ApplicationWrite(row, formerOwner, owner, label, columns, outcome, this.clock++, this.clock++));
		return this;
	}

	EvidenceBuilder failed(String row) {
		this.failed.put(row, "refused");
		return this;
	}

	EvidenceBuilder finds(String device, String differences) {
		this.differences.put(device, differences);
		return this;
	}

	EvidenceBuilder stillToDo(String unrest) {
		this.unrest = unrest;
		return this;
	}

	/** Compactions have left only those entries of the stream that are named. */
	EvidenceBuilder left(Integer... serverIds) {
		this.left = Set.of(serverIds);
		return this;
	}

	private List<WireEntry> left() {
		Set<Integer> ids = this.left;
		return (ids != null) ? this.stream.stream().filter((entry) -> ids.contains((int) entry.serverId())).toList()
				: this.stream;
	}

	/** A device asks for something, which takes some time. */
	EvidenceBuilder asked(String device, int status) {
		this.requests.add(new SentRequest(device, "GET /sync/download", status, this.clock++, this.clock++));
		return this;
	}

	/** A device asks for what comes after its cursor. */
	EvidenceBuilder askedAfter(String device, long cursor, int status) {
		this.requests
			.add(new SentRequest(device, "GET /sync/download?after=" + cursor, status, this.clock++, this.clock++));
		return this;
	}

	/** Tombstones expire. */
	EvidenceBuilder expired(long retainedSince) {
		this.retainedSince = retainedSince;
		this.expiries.add(new Expired(this.clock++, this.clock++, retainedSince, true));
		return this;
	}

	/** The server need not wait for a device from now on. */
	EvidenceBuilder away(String device) {
		this.absences.add(new Absence(device, this.clock++));
		return this;
	}

	/** A device is refused until something is done. */
	EvidenceBuilder revoked(String device, Consumer<EvidenceBuilder> meanwhile) {
		long from = this.clock++;
		meanwhile.accept(this);
		this.revocations.add(new Revocation(device, from, this.clock++));
		return this;
	}

	UserEvidence build() {
		return new UserEvidence(USER, SampleTable.ALL, this.uploads, this.pages, this.acknowledgements, this.stream,
				this.contents, this.versions, this.edits, this.lost, this.lostPages, this.writes, this.failed,
				this.differences, this.unrest, this.left(), this.requests, this.revocations, this.retainedSince,
				this.expiries, this.userWrites, this.absences);
	}

}
