package io.oversync.service;

/**
 * The sync engine with what operators need of it.
 */
public interface SyncEngine extends SyncService, Rematerialization {

}
