/**
 * The engine's façade.
 */
@NullMarked
package io.oversync.service;

import org.jspecify.annotations.NullMarked;
