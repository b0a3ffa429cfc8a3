package io.oversync.web;

import java.lang.reflect.Method;

import io.oversync.protocol.UploadLimits;
import io.oversync.service.SyncService;
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
	private static final int ENDPOINT_ORDER = -10;

	/** After the mappings of the application, before its static resources. */
	private static final int FALLBACK_ORDER = Ordered.LOWEST_PRECEDENCE - 10;

	private final Runnable registration;

	private SyncHandlerMapping(int order, Registrar registrar) {
		setOrder(order);
		this.registration = () -> registrar.register(this);
	}

	/**
	 * Maps the endpoints.
	 * @param paths where they are
	 * @param service the engine
	 * @param actors tells who is asking
	 * @param limits of uploads
	 * @param serverLimits of all that is going on at a time
	 * @param downloads limits of downloads
	 * @param status what the status endpoint says of the server
	 * @return the mapping
	 */
	public static SyncHandlerMapping endpoints(SyncPaths paths, SyncService service, SyncActorResolver actors,
			UploadLimits limits, ServerLimits serverLimits, DownloadLimits downloads, ServerStatus status) {
		AdmittedActors admitted = new AdmittedActors(actors, new PerUserLimit(serverLimits.requestsPerUser()));
		SyncController sync = new SyncController(service, admitted, limits, serverLimits, downloads, status);
		FailureController failures = new FailureController(service, admitted, downloads);
		SyncHandlerMapping endpoints = new SyncHandlerMapping(ENDPOINT_ORDER, (mapping) -> {
			mapping.map(paths.upload(), RequestMethod.POST, sync, "upload");
			mapping.map(paths.download(), RequestMethod.GET, sync, "download");
			mapping.map(paths.schemaVersion(), RequestMethod.GET, sync, "schemaVersion");
			mapping.map(paths.status(), RequestMethod.GET, sync, "status");
			mapping.map(paths.failures(), RequestMethod.GET, failures, "list");
			mapping.map(paths.retry(), RequestMethod.POST, failures, "retry");
		});
		endpoints.setInterceptors(admitted);
		return endpoints;
	}

	/**
	 * Maps what is left below the base path.
	 * @param paths where the endpoints are
	 * @return the mapping
	 */
	public static SyncHandlerMapping fallback(SyncPaths paths) {
		FallbackController fallback = new FallbackController();
		return new SyncHandlerMapping(FALLBACK_ORDER,
				(mapping) -> paths.patterns().forEach((pattern) -> mapping.map(pattern, null, fallback, "notFound")));
	}

	@Override
	public void afterPropertiesSet() {
		super.afterPropertiesSet();
		this.registration.run();
	}

	/** Beans of the application are none of our business. */
	@Override
	protected boolean isHandler(Class<?> beanType) {
		return false;
	}

	private void map(String path, @Nullable RequestMethod httpMethod, Object controller, String name) {
		Method method = ReflectionUtils.findMethod(controller.getClass(), name, HttpServletRequest.class,
				HttpServletResponse.class);
		if (method == null) {
			throw new IllegalStateException("No method " + name + " in " + controller.getClass());
		}
		RequestMethod[] methods = (httpMethod != null) ? new RequestMethod[] { httpMethod } : new RequestMethod[0];
		registerMapping(RequestMappingInfo.paths(path).methods(methods).options(getBuilderConfiguration()).build(),
				controller, method);
	}

	private interface Registrar {

		void register(SyncHandlerMapping mapping);

	}

}
