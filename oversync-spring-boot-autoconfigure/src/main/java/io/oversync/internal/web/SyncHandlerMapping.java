/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.web;

import java.lang.reflect.Method;
import java.util.EnumSet;
import java.util.Set;

import io.oversync.service.SyncService;
import io.oversync.web.SyncActorResolver;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * Maps the endpoints, apart from the application's own mapping: path prefixes,
 * interceptors and required API versions belong to a mapping and so do not reach them.
 */
public final class SyncHandlerMapping extends RequestMappingHandlerMapping {

	/** Before the mappings of the application. */
	public static final int ENDPOINT_ORDER = -10;

	/** After the mappings of the application, before its static resources. */
	private static final int FALLBACK_ORDER = Ordered.LOWEST_PRECEDENCE - 10;

	private final Runnable registration;

	private final AdmittedActors admitted;

	private SyncHandlerMapping(int order, AdmittedActors admitted, Registrar registrar) {
		setOrder(order);
		setInterceptors(admitted);
		this.admitted = admitted;
		this.registration = () -> registrar.register(this);
	}

	/**
	 * Maps the endpoints.
	 * @param paths where they are
	 * @param service the engine
	 * @param actors resolves user and device
	 * @param bodies receives uploads
	 * @param serverLimits limits of concurrent requests
	 * @param downloads limits of downloads
	 * @param status the content of the status endpoint
	 * @param waiting the requests that wait for news, null if the engine is the
	 * application's own
	 * @return the mapping
	 */
	public static SyncHandlerMapping endpoints(SyncPaths paths, SyncService service, SyncActorResolver actors,
			UploadBodies bodies, ServerLimits serverLimits, DownloadLimits downloads, ServerStatus status,
			@Nullable WaitingRequests waiting) {
		AdmittedActors admitted = new AdmittedActors(actors,
				new FairShare(serverLimits.requests(), serverLimits.requestsPerUser()), status.epochs());
		SyncController sync = new SyncController(service, admitted, bodies, downloads, status, waiting);
		ChangesController changes = new ChangesController(service, admitted, serverLimits.requests(), downloads);
		ChecksumController checksums = new ChecksumController(service, admitted, downloads);
		FailureController failures = new FailureController(service, admitted, downloads);
		return new SyncHandlerMapping(ENDPOINT_ORDER, admitted, (mapping) -> {
			mapping.endpoint(paths.upload(), RequestMethod.POST, sync, "upload");
			mapping.endpoint(paths.download(), RequestMethod.GET, sync, "download");
			mapping.endpoint(paths.changes(), RequestMethod.GET, changes, "changes");
			mapping.endpoint(paths.checksum(), RequestMethod.GET, checksums, "checksums");
			if (waiting != null) {
				mapping.endpoint(paths.watch(), RequestMethod.GET, new WatchController(service, admitted, waiting),
						"watch");
			}
			mapping.endpoint(paths.schemaVersion(), RequestMethod.GET, sync, "schemaVersion");
			mapping.endpoint(paths.status(), RequestMethod.GET, sync, "status");
			mapping.endpoint(paths.failures(), RequestMethod.GET, failures, "list");
			mapping.endpoint(paths.retry(), RequestMethod.POST, failures, "retry");
		});
	}

	/**
	 * Maps all other paths below the base path. A user's requests count together with
	 * those for the endpoints.
	 * @param paths where the endpoints are
	 * @return another mapping
	 */
	public SyncHandlerMapping fallback(SyncPaths paths) {
		FallbackController fallback = new FallbackController();
		return new SyncHandlerMapping(FALLBACK_ORDER, this.admitted, (mapping) -> paths.patterns()
			.forEach((pattern) -> mapping.map(pattern, EnumSet.allOf(RequestMethod.class), fallback, "notFound")));
	}

	@Override
	public void afterPropertiesSet() {
		super.afterPropertiesSet();
		this.registration.run();
	}

	/** Does not search the application's beans for handlers. */
	@Override
	protected boolean isHandler(Class<?> beanType) {
		return false;
	}

	/**
	 * All other methods are answered there, too: what has a handler is admitted first.
	 */
	private void endpoint(String path, RequestMethod method, Object controller, String name) {
		EnumSet<RequestMethod> methods = EnumSet.of(method);
		if (method == RequestMethod.GET) {
			methods.add(RequestMethod.HEAD);
		}
		map(path, methods, controller, name);
		map(path, EnumSet.complementOf(methods), new OtherMethods(methods), "answer");
	}

	private void map(String path, Set<RequestMethod> methods, Object controller, String name) {
		Method method = ReflectionUtils.findMethod(controller.getClass(), name, HttpServletRequest.class,
				HttpServletResponse.class);
		if (method == null) {
			throw new IllegalStateException("No method " + name + " in " + controller.getClass());
		}
		registerMapping(RequestMappingInfo.paths(path)
			.methods(methods.toArray(RequestMethod[]::new))
			.options(getBuilderConfiguration())
			.build(), controller, method);
	}

	private interface Registrar {

		void register(SyncHandlerMapping mapping);

	}

}
