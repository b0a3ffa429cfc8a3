/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.upload;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.oversync.internal.catalog.SyncedTable;
import io.oversync.internal.catalog.TableCatalog;
import io.oversync.internal.store.PayloadReader;
import io.oversync.internal.store.Stream;
import io.oversync.internal.store.StreamStore;
import io.oversync.internal.store.Transactions;
import io.oversync.internal.stream.Owner;
import io.oversync.internal.upload.ChangeValidator.InvalidChangeException;
import io.oversync.internal.upload.plan.Change;
import io.oversync.internal.upload.plan.Contents;
import io.oversync.internal.upload.plan.UploadPlan;
import io.oversync.internal.upload.plan.UploadPlanner;
import io.oversync.protocol.ChangeStatus.InvalidChange.BatchTooLarge;
import io.oversync.protocol.ChangeStatus.InvalidChange.UnregisteredTable;
import io.oversync.protocol.ChangeStatus;
import io.oversync.protocol.Deadline;
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
 * <li>lock the user's stream: from here on everything of this user stands still;</li>
 * <li>load the facts, by sets;</li>
 * <li>plan, as a pure function ({@link UploadPlanner});</li>
 * <li>write what was planned, by sets, and commit.</li>
 * </ol>
 */
public final class UploadService {

	private final ChangeValidator validator;

	private final UploadPlanner planner;

	private final StreamStore streams;

	private final StreamOpener opener;

	private final FactsLoader factsLoader;

	private final PlanWriter planWriter;

	private final PayloadReader payloads;

	private final Refusals refusals;

	private final Transactions transactions;

	private final UploadSettings settings;

	/**
	 * Creates the service.
	 * @param catalog the registered tables
	 * @param stores the database
	 * @param transactions runs each upload
	 * @param settings how uploads behave
	 */
	public UploadService(TableCatalog catalog, UploadStores stores, Transactions transactions,
			UploadSettings settings) {
		this.validator = new ChangeValidator(catalog);
		this.planner = new UploadPlanner(catalog);
		this.streams = stores.streams();
		this.opener = new StreamOpener(catalog, stores.streams(), stores.changes(), stores.rowVersions());
		this.factsLoader = new FactsLoader(catalog, this.opener, stores);
		this.planWriter = new PlanWriter(catalog, stores);
		this.payloads = stores.changes().payloads();
		this.refusals = new Refusals(catalog, stores.definitions());
		this.transactions = transactions;
		this.settings = settings;
	}

	/**
	 * Applies an upload.
	 * @param actor who uploads
	 * @param request the changes
	 * @param deadline until when it must be answered
	 * @return one status for each change, in request order
	 * @throws SyncException {@code TEMPORARILY_UNAVAILABLE} for transient trouble, also
	 * when it is not known whether the changes were saved
	 */
	public UploadResponse upload(SyncActor actor, UploadRequest request, Deadline deadline) {
		@Nullable ChangeStatus[] statuses = new ChangeStatus[request.changes().size()];
		List<Change> changes = validate(request, statuses, deadline);
		if (changes.isEmpty()) {
			return this.transactions.read(deadline, () -> respond(request, statuses, this.streams.read(actor)));
		}
		Supplier<UploadResponse> work = () -> {
			Opening opening = this.opener.open(actor, changes, deadline);
			Stream locked = opening.stream();
			Owner owner = new Owner(actor.userId(), locked.id());
			Contents contents = new Contents();
			UploadPlan plan = this.planner.plan(changes, this.factsLoader.load(owner, opening, changes, contents),
					contents, deadline);
			this.refusals.confirm(changes, plan.outcomes());
			Stream written = this.planWriter.write(actor, locked, plan, deadline);
			OutcomeStatuses outcomes = new OutcomeStatuses(plan,
					ConflictImages.load(changes, plan, locked, this.payloads, this.settings.conflictBytes()));
			for (Change change : changes) {
				statuses[change.index()] = outcomes.status(change);
			}
			return respond(request, statuses, written);
		};
		return isIdempotent(changes) ? this.transactions.writeIdempotently(deadline, work)
				: this.transactions.write(deadline, work);
	}

	/**
	 * Returns whether the same upload once more gets the same answer: a change without a
	 * usable id is not recognised, and would be a conflict with itself.
	 */
	private static boolean isIdempotent(List<Change> changes) {
		return changes.stream().allMatch((change) -> change.sourceChangeId() > 0);
	}

	private List<Change> validate(UploadRequest request, @Nullable ChangeStatus[] statuses, Deadline deadline) {
		int limit = this.settings.maxChanges();
		boolean tooMany = limit > 0 && statuses.length > limit;
		List<Change> changes = new ArrayList<>(statuses.length);
		Map<TableName, SyncedTable> judges = new HashMap<>();
		InvalidStatuses invalid = new InvalidStatuses();
		for (int i = 0; i < statuses.length; i++) {
			long id = request.changes().get(i).sourceChangeId();
			if (tooMany) {
				statuses[i] = invalid.status(id, new BatchTooLarge(limit),
						"The upload has more than " + limit + " changes; send it in smaller ones");
				continue;
			}
			try {
				changes.add(this.validator.validate(i, request.changes().get(i)));
			}
			catch (InvalidChangeException ex) {
				statuses[i] = invalid.status(id, ex.reason(), String.valueOf(ex.getMessage()));
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

	private UploadResponse respond(UploadRequest request, @Nullable ChangeStatus[] statuses, @Nullable Stream stream) {
		List<ChangeStatus> all = new ArrayList<>(statuses.length);
		boolean accepted = true;
		for (ChangeStatus status : statuses) {
			if (status == null) {
				throw new IllegalStateException("A change was left without a status");
			}
			all.add(status);
			accepted &= !(status instanceof ChangeStatus.Invalid invalid
					&& (invalid.invalid() instanceof UnregisteredTable || invalid.invalid() instanceof BatchTooLarge));
		}
		return new UploadResponse(accepted, watermark(request, stream), all);
	}

	private long watermark(UploadRequest request, @Nullable Stream stream) {
		if (stream == null) {
			return 0;
		}
		boolean unseen = stream.highestOfOthers(stream.sourceNo()) > request.lastServerSeqSeen();
		return (this.settings.safeWatermark() && unseen) ? request.lastServerSeqSeen() : stream.head();
	}

}
