/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

import javax.sql.DataSource;

import io.oversync.internal.event.EngineListener;
import io.oversync.internal.event.EngineListener.Part;
import io.oversync.internal.event.EngineListener.Phase;
import io.oversync.internal.store.AfterCommit;
import io.oversync.internal.upload.plan.Outcome;
import io.oversync.internal.absorb.Absorber;
import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.materialize.BusinessTables;
import io.oversync.internal.materialize.Materializer;
import io.oversync.internal.store.Definitions;
import io.oversync.internal.store.SyncTables;
import io.oversync.internal.store.Transactions;
import io.oversync.internal.stream.HeadMove;
import io.oversync.internal.stream.Stream;
import io.oversync.internal.upload.ChangeValidator.InvalidChangeException;
import io.oversync.internal.upload.plan.Change;
import io.oversync.internal.upload.plan.Contents;
import io.oversync.internal.upload.plan.UploadFacts;
import io.oversync.internal.upload.plan.UploadPlan;
import io.oversync.internal.upload.plan.UploadPlanner;
import io.oversync.protocol.ChangeStatus.InvalidChange.BatchTooLarge;
import io.oversync.protocol.Deadline;
import io.oversync.protocol.Payload;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.protocol.TableName;
import io.oversync.protocol.UploadRequest;
import io.oversync.protocol.UploadResponse;
import org.jspecify.annotations.Nullable;

/**
 * Serves uploads (protocol §2):
 * <ol>
 * <li>check every change by itself, without the database;</li>
 * <li>lock the user's stream, which makes this user's other writers wait, and load the
 * facts in bulk;</li>
 * <li>plan, as a pure function ({@link UploadPlanner});</li>
 * <li>write the plan in bulk, read the rows that conflicts show, and commit.</li>
 * </ol>
 */
public final class UploadService {

	private final ChangeValidator validator;

	private final FactsLoader factsLoader;

	private final UploadPlanner planner;

	private final RefusalCheck refusals;

	private final PlanWriter planWriter;

	private final SyncTables tables;

	private final Absorber absorber;

	private final Transactions transactions;

	private final UploadSettings settings;

	private final EngineListener listener;

	/**
	 * Creates the service.
	 * @param catalog the registered tables
	 * @param dataSource the application's database
	 * @param tables the sync schema
	 * @param materializer writes business tables
	 * @param absorber brings in what the application itself has written
	 * @param transactions runs each upload
	 * @param settings how uploads behave
	 * @param listener receives notes of the work
	 */
	public UploadService(TableCatalog catalog, DataSource dataSource, SyncTables tables, Materializer materializer,
			Absorber absorber, Transactions transactions, UploadSettings settings, EngineListener listener) {
		this.listener = listener;
		this.validator = new ChangeValidator(catalog);
		this.factsLoader = new FactsLoader(catalog, tables, new BusinessTables(dataSource, catalog), absorber);
		this.planner = new UploadPlanner(catalog);
		this.refusals = new RefusalCheck(catalog, new Definitions(dataSource));
		this.planWriter = new PlanWriter(catalog, tables, materializer);
		this.tables = tables;
		this.absorber = absorber;
		this.transactions = transactions;
		this.settings = settings;
	}

	/**
	 * Applies an upload.
	 * @param actor the uploading device
	 * @param request the changes
	 * @param deadline the deadline of the answer
	 * @param committed receives how the commit moved the head; is not called if it did
	 * not
	 * @return one status for each change, in request order
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} for transient trouble, also
	 * when it is not known whether the changes were saved
	 */
	public UploadResponse upload(SyncActor actor, UploadRequest request, Deadline deadline,
			Consumer<HeadMove> committed) {
		UploadAnswer answer = new UploadAnswer(request);
		List<Change> changes = validate(request, answer, deadline);
		if (changes.isEmpty()) {
			return this.transactions.read(deadline,
					() -> answer.response(this.tables.streams().read(actor), this.settings.safeWatermark()));
		}
		AtomicReference<@Nullable HeadMove> move = new AtomicReference<>();
		Supplier<UploadResponse> work = () -> apply(actor, changes, answer, deadline, move);
		UploadResponse response = isIdempotent(changes) ? this.transactions.writeIdempotently(deadline, work)
				: this.transactions.write(deadline, work);
		HeadMove moved = move.get();
		if (moved != null && moved.head() > moved.before()) {
			committed.accept(moved);
		}
		return response;
	}

	/** In a transaction, which may be tried again. */
	private UploadResponse apply(SyncActor actor, List<Change> changes, UploadAnswer answer, Deadline deadline,
			AtomicReference<@Nullable HeadMove> move) {
		Contents contents = new Contents();
		UploadFacts facts;
		try (Part loading = this.listener.begin(Phase.LOAD)) {
			facts = this.factsLoader.lockAndLoad(actor, changes, contents, deadline);
			this.absorber.noteColumns(facts.stream(), payloads(changes));
		}
		UploadPlan plan;
		try (Part planning = this.listener.begin(Phase.PLAN)) {
			plan = this.planner.plan(changes, facts, contents, deadline);
			this.refusals.confirm(changes, plan.outcomes());
		}
		Stream stream;
		try (Part writing = this.listener.begin(Phase.WRITE)) {
			stream = this.planWriter.write(actor, facts.stream(), plan, deadline);
		}
		if (!plan.entries().isEmpty()) {
			// else the last upload is still the one that is sent again
			this.tables.streams().noteResent(stream, lowestReplay(changes, facts));
		}
		noteReplays(facts, plan);
		move.set(new HeadMove(facts.stream().head().serverId(), stream.head().serverId(),
				facts.stream().sources().serverChanges() == stream.sources().serverChanges()));
		this.absorber.requireNone(actor, plan.guardedRows(changes));
		this.absorber.requireNoneReferring(actor, plan.deletedRows());
		ConflictImages images = ConflictImages.load(changes, plan, stream.id(), this.tables.changes().payloads(),
				this.settings.conflictBytes());
		answer.decide(changes, plan, images);
		return answer.response(stream, this.settings.safeWatermark());
	}

	private static long lowestReplay(List<Change> changes, UploadFacts facts) {
		Set<Integer> replays = facts.replays().versions().keySet();
		if (replays.isEmpty()) {
			return 0;
		}
		return changes.stream()
			.filter((change) -> replays.contains(change.index()))
			.mapToLong(Change::sourceChangeId)
			.min()
			.orElse(0);
	}

	private void noteReplays(UploadFacts facts, UploadPlan plan) {
		Set<Integer> replays = facts.replays().versions().keySet();
		if (!replays.isEmpty() && this.listener != EngineListener.NONE) {
			int count = (int) replays.stream()
				.filter((index) -> plan.outcomes().get(index) instanceof Outcome.Applied)
				.count();
			AfterCommit.run(() -> this.listener.replayed(count));
		}
	}

	private static Map<TableName, List<Payload>> payloads(List<Change> changes) {
		Map<TableName, List<Payload>> payloads = new HashMap<>();
		for (Change change : changes) {
			if (change.payload() != null) {
				payloads.computeIfAbsent(change.row().table(), (table) -> new ArrayList<>()).add(change.payload());
			}
		}
		return payloads;
	}

	/**
	 * Returns whether the same upload once more gets the same answer: a change without a
	 * usable id is not recognised, and would be a conflict with itself.
	 */
	private static boolean isIdempotent(List<Change> changes) {
		return changes.stream().allMatch((change) -> change.sourceChangeId() > 0);
	}

	private List<Change> validate(UploadRequest request, UploadAnswer answer, Deadline deadline) {
		int limit = this.settings.maxChanges();
		int size = request.changes().size();
		boolean tooMany = limit > 0 && size > limit;
		List<Change> changes = new ArrayList<>(size);
		Map<TableName, SyncedTable> judges = new HashMap<>();
		for (int i = 0; i < size; i++) {
			if (tooMany) {
				answer.refuse(i, new BatchTooLarge(limit),
						"The upload has more than " + limit + " changes; send it in smaller ones");
				continue;
			}
			try {
				changes.add(this.validator.validate(i, request.changes().get(i)));
			}
			catch (InvalidChangeException ex) {
				answer.refuse(i, ex.reason(), String.valueOf(ex.getMessage()));
				if (ex.judge() != null) {
					judges.put(ex.judge().name(), ex.judge());
				}
			}
		}
		if (!judges.isEmpty()) {
			this.transactions.read(deadline, () -> this.refusals.confirm(judges.values()));
		}
		return changes;
	}

}
