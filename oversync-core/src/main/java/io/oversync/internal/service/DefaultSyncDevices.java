/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

import java.util.function.UnaryOperator;

import io.oversync.internal.device.DeviceRegistry;
import io.oversync.internal.event.EngineListener;
import io.oversync.internal.event.EngineListener.DeviceChange;
import io.oversync.internal.store.DeviceStore;
import io.oversync.internal.store.SyncTables;
import io.oversync.internal.store.Transactions;
import io.oversync.protocol.ErrorCode;
import io.oversync.protocol.SyncActor;
import io.oversync.protocol.SyncException;
import io.oversync.service.SyncDevices;
import org.jspecify.annotations.Nullable;

/**
 * The devices of users, on PostgreSQL. What this node has noted is written first.
 */
final class DefaultSyncDevices implements SyncDevices {

	/** The source of what the engine does itself; refusing it would stop the engine. */
	private static final String RESERVED = "oversync";

	private final SyncTables tables;

	private final Transactions transactions;

	private final DeviceRegistry registry;

	private final UnaryOperator<SyncActor> canonical;

	private final EngineListener listener;

	DefaultSyncDevices(SyncTables tables, Transactions transactions, DeviceRegistry registry,
			UnaryOperator<SyncActor> canonical, EngineListener listener) {
		this.tables = tables;
		this.transactions = transactions;
		this.registry = registry;
		this.canonical = canonical;
		this.listener = listener;
	}

	@Override
	public List<Device> list(String userId) {
		SyncActor actor = actor(userId, RESERVED);
		this.registry.flush(actor.userId());
		return this.transactions.read(() -> {
			Long stream = this.tables.streams().findId(actor.userId());
			return (stream != null)
					? this.tables.devices().list(stream, MAX_LISTED).stream().map(DefaultSyncDevices::device).toList()
					: List.of();
		});
	}

	private static Device device(DeviceStore.Device stored) {
		return new Device(stored.sourceId(), stored.name(), stored.firstSeen(), stored.lastSeen(),
				stored.acknowledged(), stored.lag(), stored.revoked());
	}

	@Override
	public boolean rename(String userId, String deviceId, @Nullable String name) {
		if (name != null && (name.codePointCount(0, name.length()) > MAX_NAME_LENGTH || name.isBlank()
				|| name.codePoints().anyMatch(DefaultSyncDevices::isUnusable))) {
			throw new IllegalArgumentException("The name of a device has 1 to " + MAX_NAME_LENGTH
					+ " characters, none of them control characters");
		}
		SyncActor actor = actor(userId, deviceId);
		this.registry.flush(actor.userId());
		return change(() -> known(actor, (stream) -> this.tables.devices().rename(stream, deviceId, name)));
	}

	private static boolean isUnusable(int codePoint) {
		return Character.isISOControl(codePoint)
				|| (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE);
	}

	@Override
	public boolean revoke(String userId, String deviceId) {
		SyncActor actor = actor(userId, deviceId);
		if (deviceId.equals(RESERVED)) {
			throw new IllegalArgumentException("The device id '" + RESERVED + "' is reserved and cannot be revoked");
		}
		this.registry.flush(actor.userId());
		return noted(actor, DeviceChange.REVOKED, change(() -> this.tables.devices()
			.revoke(this.tables.streams().findOrCreate(actor.userId()), actor.sourceId())));
	}

	@Override
	public boolean restore(String userId, String deviceId) {
		SyncActor actor = actor(userId, deviceId);
		return noted(actor, DeviceChange.RESTORED,
				change(() -> known(actor, (stream) -> this.tables.devices().restore(stream, deviceId))));
	}

	@Override
	public boolean forget(String userId, String deviceId) {
		SyncActor actor = actor(userId, deviceId);
		this.registry.flush(actor.userId());
		this.registry.forget(actor);
		return noted(actor, DeviceChange.FORGOTTEN,
				change(() -> known(actor, (stream) -> this.tables.devices().forget(stream, deviceId))));
	}

	private boolean noted(SyncActor actor, DeviceChange change, boolean done) {
		if (done) {
			this.listener.deviceChanged(actor, change);
		}
		return done;
	}

	private boolean known(SyncActor actor, Predicate<Long> change) {
		Long stream = this.tables.streams().findId(actor.userId());
		return stream != null && change.test(stream);
	}

	private boolean change(Supplier<Boolean> change) {
		return this.transactions.write(change);
	}

	private SyncActor actor(String userId, String deviceId) {
		try {
			return this.canonical.apply(new SyncActor(userId, deviceId));
		}
		catch (SyncException ex) {
			if (ex.code() != ErrorCode.AUTHENTICATION_FAILED) {
				throw ex;
			}
			throw new IllegalArgumentException(ex.getMessage(), ex);
		}
	}

}
